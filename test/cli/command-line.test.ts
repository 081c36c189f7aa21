import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { runCommandLine } from '../../controller/cli/command-line.ts'
import { checks } from '#profiles/meridio/registry.gen.ts'
import { openApiBed } from '../api/bed.ts'
import { findingOf, red, reportOf } from '../store/synthetic.ts'

async function run(argv: readonly string[], meet?: { url: string; tokenFile: string }) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const code = await runCommandLine({ argv, environment: {}, stdout, stderr, checks, meet: () => meet, runController: async () => 7, runLab: async words => words.length, signal: new AbortController().signal })
  return { code, out: printed(stdout), err: printed(stderr) }
}

function printed(stream: PassThrough): string {
  let text = ''
  for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) text += String(chunk)
  return text
}

test.each<[string, readonly string[], number]>([
  ['an unknown command', ['sweeep'], 64], ['an unknown option', ['sweep', '--bogus'], 64], ['a wrong format', ['sweep', '-o', 'xml'], 64], ['an unknown check', ['explain', 'nope'], 64], ['help', ['--help'], 0], ['lab words go to the lab', ['lab', 'fault', 'f03'], 2],
])('%s', async (_, argv, code) => {
  expect((await run(argv)).code).toBe(code)
})

test('explain tells why, fix, reads and source', async () => {
  expect((await run(['explain', 'target-rule-missing'])).out).toMatchInlineSnapshot(`
    "target-rule-missing (loss, judged per lb)
    why       Packets hashed to this target carry a mark that no rule matches; they take the main table, leave by eth0 and never reach it.
    fix       Compare the target with NSP and the load-balancer log; the rule is rebuilt when the target registers again (Meridio #575 before v1.2.1).
    reads     cluster: trench-config
              lb: nfqlb-streams
              lb: ip-rules
              lb: ip-routes
    explains  target-unreachable, forward-lookup-astray
    source    Meridio troubleshooting guide, Nfqlb; catalogue L28
    "
  `)
})

test('checks are listed one a line', async () => {
  expect((await run(['checks'])).out.split('\n').length - 2).toBe(checks.length)
})

test('without a controller the error says how to start one, and the exit code is "could not look"', async () => {
  expect(await run(['sweep'])).toEqual({ code: 2, out: '', err: 'trenchscope: no controller runs on this machine\n  start one with: npm start (the lab), or: npx trenchscope controller (a cluster)\n' })
})

test('a sweep prints lines, or with -o json what the API returns', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'trenchscope-cli-'))
  const { api, close } = await openApiBed({ trenches: [red], checks, sweep: trench => ({ ...reportOf([], { trench, at: 13, id: crypto.randomUUID() }), startedAt: 10 }) })
  try {
    writeFileSync(join(dir, 'token'), 'secret\n')
    const meet = { url: api.url, tokenFile: join(dir, 'token') }
    expect(await run(['sweep', '-n', 'red'], meet)).toEqual({ code: 0, out: 'red  ok      0 judged by 0 checks, 0 unknown, 3 ms\n', err: '' })
    expect(JSON.parse((await run(['sweep', '-o', 'json'], meet)).out)).toMatchObject({ reports: [{ trench: { name: 'red' } }] })
    expect((await run(['trenches'], meet)).out).toBe('CLUSTER  NAMESPACE  TRENCH  LB  PROXY  TARGET\nlab      red        red     1   0      0\n')
    expect((await run(['probes'], meet)).out).toBe('POD       CONTAINER         VERSION  STATE      AGE  OF-20  RSS   CPU\nred/lb-1  trenchscope-0001  0.1.0    connected  -    1      0 MB  2 ms\n')
  } finally {
    await close()
    rmSync(dir, { recursive: true })
  }
})

test('findings are listed, silenced and told as silenced; --fail-on and the formats see the same', async () => {
  const finding = findingOf('target-rule-missing')
  const dir = mkdtempSync(join(tmpdir(), 'trenchscope-cli-'))
  const { api, close } = await openApiBed({ trenches: [red], checks, sweep: trench => reportOf([finding], { trench, id: crypto.randomUUID() }) })
  try {
    writeFileSync(join(dir, 'token'), 'secret\n')
    const meet = { url: api.url, tokenFile: join(dir, 'token') }
    const sweep = async (...flags: readonly string[]) => run(['sweep', 'red', ...flags], meet)
    expect(await sweep()).toMatchObject({ code: 1, out: expect.stringMatching(/^red  loss     lb-1  target-rule-missing  target-1 is bad\n/) })
    expect((await sweep('--fail-on', 'outage')).code).toBe(0)
    expect(await sweep('-o', 'name')).toMatchObject({ code: 1, out: `red/target-rule-missing/lb-1 ${finding.key}\n` })
    expect(parse((await sweep('-o', 'yaml')).out)).toMatchObject({ reports: [{ findings: [{ key: finding.key }] }] })
    expect((await sweep('-o', 'junit')).out).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="trenchscope" tests="1" failures="1"/)
    expect(JSON.parse((await sweep('-o', 'sarif')).out)).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { rules: [{ id: 'target-rule-missing', help: { text: expect.any(String) } }] } } }] })
    expect((await run(['findings', '-o', 'name'], meet)).out).toBe(`${finding.key}\n`)
    expect((await run(['sweeps', '-n', 'red', '-o', 'name'], meet)).out.trim().split('\n')).toHaveLength(6)

    const silenced = await run(['silence', finding.key, '--reason', 'known, CASE-7', '--until', '2h'], meet)
    expect(silenced).toMatchObject({ code: 0, out: expect.stringMatching(/^silence [-\w]+ holds until \d{4}-/) })
    expect(await sweep()).toMatchObject({ code: 0, out: expect.stringMatching(/^red  silenced  lb-1  target-rule-missing  target-1 is bad \(known, CASE-7\)\nred  ok /) })
    expect((await run(['findings'], meet)).out).toMatch(/^TRENCH   SEVERITY  KEY .*\nred\/red  silenced  /)
    const [, id = ''] = /^silence ([-\w]+) /.exec(silenced.out) ?? []
    expect((await run(['unsilence', id], meet)).out).toBe(`silence ${id} ended\n`)
    expect((await sweep()).code).toBe(1)
  } finally {
    await close()
    rmSync(dir, { recursive: true })
  }
})
