import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { runCommandLine } from '../../controller/cli/command-line.ts'
import { ConfigError, readConfig } from '../../controller/config.ts'

const span = 'a span of time is needed: 30s, 5m, 2h, at most 24d'
const whole = 'a whole number from 1 on is needed'
const formats = 'allowed choices are text, wide, name, json, yaml, junit, sarif.'

test.each<[string, string]>([
  ['swep', `unknown command 'swep' (did you mean sweep?)`],
  ['sweep red blue', `too many arguments for 'sweep'. Expected 1 argument but got 2.`],
  ['sweep --bogus', `unknown option '--bogus'`],
  ['sweep -o xml', `option '-o, --output <format>' argument 'xml' is invalid: ${formats}`],
  ['sweep --timeout soon', `option '--timeout <span>' argument 'soon' is invalid: ${span}`],
  ['sweep --timeout 0s', `option '--timeout <span>' argument '0s' is invalid: ${span}`],
  ['sweep --timeout 25d', `option '--timeout <span>' argument '25d' is invalid: ${span}`],
  ['sweep --fail-on bad', `option '--fail-on <severity>' argument 'bad' is invalid: allowed choices are outage, loss, risk, note, never.`],
  ['sweep -n', `option '-n, --namespace <namespace>' argument missing`],
  ['sweep -n red -A', `option '-A, --all-namespaces' cannot be used with option '-n, --namespace <namespace>'`],
  ['preflight a b', `too many arguments for 'preflight'. Expected 1 argument but got 2.`],
  ['explain', `missing required argument 'check'`],
  ['explain a\x1b[31mb', 'no check is called a\\u001b[31mb; npx trenchscope checks lists them'],
  ['explain nope', 'no check is called nope; npx trenchscope checks lists them'],
  ['completion tcsh', `command-argument value 'tcsh' is invalid: allowed choices are bash, zsh, fish.`],
  ['trace --port abc', `option '--port <port>' argument 'abc' is invalid: ${whole}`],
  ['trace --proto gre', `option '--proto <protocol>' argument 'gre' is invalid: allowed choices are tcp, udp, sctp, icmp.`],
  ['trace -c 0', `option '-c, --count <packets>' argument '0' is invalid: ${whole}`],
  ['explain-flow', `required option '--src <address:port>' not specified`],
  ['explain-flow --src 1.2.3 --dst 10.0.0.1:5000', `option '--src <address:port>' argument '1.2.3' is invalid: an address with a port is needed: 192.0.2.10:40000 or [2001:db8::1]:40000`],
  ['silence key', `required option '--reason <text>' not specified`],
  ['silence key --reason x --until yesterday', `option '--until <time>' argument 'yesterday' is invalid: a time is needed: 2026-01-31T12:00:00Z, or a span from now: 2h, 3d`],
  ['findings --severity bad', `option '--severity <list>' argument 'bad' is invalid: a severity is one of outage, loss, risk, note`],
  ['findings --state bad', `option '--state <state>' argument 'bad' is invalid: allowed choices are current, open, flapping, gone, all.`],
  ['--server nonsense sweep', `option '-s, --server <url>' argument 'nonsense' is invalid: a URL is needed: https://HOST:PORT`],
  ['--server http://127.0.0.1:1 sweep', 'a token for http://127.0.0.1:1 is needed: --token-file, or a kubeconfig'],
  ['--service foo sweep', `option '--service <namespace/name:port>' argument 'foo' is invalid: a Service is named NAMESPACE/NAME:PORT`],
  ['extcap', 'extcap is what Wireshark calls; trenchscope extcap install puts it where Wireshark looks'],
  ['controller extra', `too many arguments for 'controller'. Expected 0 arguments but got 1.`],
])('%s: one line, exit 64, and nobody is asked', async (words, said) => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const nobody = () => { throw new Error('something was begun') }
  const code = await runCommandLine({ argv: words.split(' '), environment: {}, stdout, stderr, checks: [], meet: () => undefined, runController: nobody, runLab: nobody, laptop: nobody, signal: new AbortController().signal })
  expect([code, stdout.read(), String(stderr.read())]).toEqual([64, null, `trenchscope: ${said}\n`])
})

test('every option of every command has a description', async () => {
  const help = async (...argv: string[]) => {
    const stdout = new PassThrough()
    await runCommandLine({ argv: [...argv, '--help'], environment: {}, stdout, stderr: new PassThrough(), checks: [], meet: () => undefined, runController: async () => 0, runLab: async () => 0, signal: new AbortController().signal })
    return String(stdout.read())
  }
  const commands = [...(await help()).matchAll(/^  ([a-z][-a-z]+)(?: |$)/gm)].map(([, name = '']) => name).filter(name => name !== 'help' && name !== 'lab')
  expect(commands).toContain('preflight')
  for (const command of commands) {
    const lines = (await help(command)).split('\n')
    expect(lines.filter((line, index) => /^ {2}(-\w, )?--[-\w]+( <[^>]+>)?$/.test(line) && !/^ {10,}/.test(lines[index + 1] ?? '')), command).toEqual([])
  }
})

test('a controller that is told several wrong things names all of them', () => {
  expect(() => readConfig({ TRENCHSCOPE_BOGUS: '1' }, { linkListen: 'nowhere', storeMaxDays: '0' })).toThrow(new ConfigError([
    `TRENCHSCOPE_LINK_LISTEN='nowhere': expected host:port or unix:/path`, `TRENCHSCOPE_STORE_MAX_DAYS='0': expected a whole number from 1 to 3650`, 'TRENCHSCOPE_BOGUS: unknown setting',
  ].join('\n')))
})
