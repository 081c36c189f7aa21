import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checks } from '#profiles/meridio/registry.gen.ts'
import { runCommandLine } from '../../controller/cli/command-line.ts'
import { completionScript } from '../../controller/cli/completion.ts'
import { type ApiBed, openApiBed } from '../api/bed.ts'
import { findingOf, reportOf } from '../store/synthetic.ts'

let bed: ApiBed
let dir: string
let broken: readonly string[] = []
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'trenchscope-habits-'))
  writeFileSync(join(dir, 'token'), 'secret\n')
  bed = await openApiBed({ checks, sweep: async (trench, signal) => {
    if (trench.name === 'blue') await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
    return reportOf(broken.map(target => findingOf('bad-word', { trench, target })), { trench, id: crypto.randomUUID() })
  } })
})
afterAll(async () => {
  await bed.close()
  rmSync(dir, { recursive: true })
})

function start(argv: readonly string[], { signal = new AbortController().signal, alone = false } = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const meet = () => (alone ? undefined : { url: bed.api.url, tokenFile: join(dir, 'token') })
  const code = runCommandLine({ name: 'kubectl trenchscope', argv, environment: {}, stdout, stderr, checks, meet, runController: async flags => (flags['context'] === 'lab' ? 7 : 8), runLab: async () => 0, signal })
  return { code, stdout, stderr }
}

async function run(...argv: readonly string[]) {
  const { code, stdout, stderr } = start(argv)
  return { code: await code, out: printed(stdout), err: printed(stderr) }
}

/** What came out; a stream gives it in parts. */
function printed(stream: PassThrough): string {
  let text = ''
  for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) text += String(chunk)
  return text
}

test('findings -w lists what stands, then tells each change until it is ended', async () => {
  broken = ['target-1']
  await bed.client.sweep({ trench: 'red' })
  const end = new AbortController()
  const { code, stdout } = start(['findings', '-w', '-n', 'red'], { signal: end.signal })
  let text = ''
  stdout.on('data', chunk => (text += String(chunk)))
  await expect.poll(() => text).toMatch(/^TRENCH .*\nred\/red .*target-1 is bad\n$/)
  broken = ['target-2']
  await bed.client.sweep({ trench: 'red' })
  await expect.poll(() => text.split('\n').slice(2).map(line => line.replace(/^\S+Z/, 'TIME').replace(/  \S{16,}  /, '  KEY  '))).toEqual([
    'TIME  appeared  red/red  loss  KEY  lb-1  bad-word  target-2 is bad', 'TIME  gone      red/red  loss  KEY  lb-1  bad-word  target-1 is bad', '',
  ])
  end.abort()
  expect(await code).toBe(0)
})

test('a sweep that takes longer than --timeout is cancelled, and that is no result', async () => {
  expect(await run('sweep', 'blue', '--timeout', '1s')).toEqual({ code: 2, out: '', err: 'trenchscope: the sweep did not end within 1 s and is cancelled\n' })
  await expect.poll(async () => (await bed.client.sweeps({ trench: 'blue' }))[0]?.state).toBe('cancelled')
  expect((await run('sweep', '--timeout', 'soon')).code).toBe(64)
})

test('the kubeconfig flags of the whole program are those of the controller, too', async () => {
  expect((await run('controller', '--context', 'lab')).code).toBe(7)
})

test('as a plugin it is called what kubectl calls it', async () => {
  expect((await run('--help')).out).toMatch(/^Usage: kubectl trenchscope \[options\] \[command\]\n/)
})

test.each<[string, readonly string[], readonly string[]]>([
  ['commands', ['sw'], ['sweep', 'sweeps']], ['trenches', ['sweep', ''], ['red', 'blue']], ['namespaces', ['sweep', '-n', 'b'], ['blue']], ['values of an option', ['sweep', 'red', '-o', 'j'], ['json', 'junit']],
  ['options', ['findings', '--w'], ['--watch']], ['checks', ['explain', 'target-rule-m'], ['target-rule-missing']], ['commands of commands', ['snapshot', 'sh'], ['show']], ['shells', ['completion', ''], ['bash', 'zsh', 'fish']], ['nothing where nothing fits', ['explain', 'x', 'y'], []],
])('completes %s', async (_, words, found) => {
  expect((await run('__complete', ...words)).out.split('\n').slice(0, -1)).toEqual(found)
})

test('completes without a controller what needs none', async () => {
  const { code, stdout } = start(['__complete', 'sweep', ''], { alone: true })
  expect([await code, stdout.read()]).toEqual([0, null])
})

test('bash asks for what follows, and takes what fits', () => {
  const script = `trenchscope() { shift; printf '%s\\n' "$#:$1:$2" sweep sweeps other; }
${completionScript('bash')}
COMP_WORDS=(trenchscope snapshot sw) COMP_CWORD=2
_trenchscope; printf '%s\\n' "\${COMPREPLY[@]}"`
  expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe('sweep\nsweeps\n')
})
