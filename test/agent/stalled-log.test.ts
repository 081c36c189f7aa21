import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, closeSync, constants, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { encodeFrame } from '#proto/codec.ts'
import { spoken } from '#proto/version.ts'
import { bundle, someExpected } from '../link/agent.ts'
import { until } from './quiet.ts'

const fake = join(import.meta.dirname, 'fake-nfqlb.py')
let agent: Awaited<ReturnType<typeof bundle>>
let folder: string
let balancer: ChildProcess
let probe: ChildProcess
/** the probe's standard output, as a pipe of the kernel: what a container runtime has that has stopped reading */
let log: number
beforeAll(async () => { agent = await bundle('agent/main.ts') })
afterAll(() => agent.remove())

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stalled-log-'))
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'bin/nfqlb'), `#!/bin/sh\nFAKE_NFQLB=${folder} exec ${fake} "$@"\n`)
  chmodSync(join(folder, 'bin/nfqlb'), 0o755)
  // more than a pipe takes: the client ends only when somebody reads
  writeFileSync(join(folder, 'reply'), `[${' '.repeat(500_000)}]\n`)
  hold()
  balancer = spawn(fake, ['serve', folder], { stdio: 'ignore' })
  await until(() => said('ready'))
  execFileSync('mkfifo', [join(folder, 'stdout')])
  log = openSync(join(folder, 'stdout'), constants.O_RDWR | constants.O_NONBLOCK)
})

afterEach(() => {
  for (const child of [probe, balancer]) child.kill('SIGKILL')
  closeSync(log)
  rmSync(folder, { recursive: true })
})

const hold = () => writeFileSync(join(folder, 'hold'), '')
const answer = () => rmSync(join(folder, 'hold'))
const said = (word: string) => existsSync(join(folder, 'log')) && readFileSync(join(folder, 'log'), 'utf8').includes(word)
const endOf = (child: ChildProcess) => new Promise(resolve => child.once('exit', (code, signal) => resolve(code ?? signal)))

/** A probe with a plan, whose log is full when its load balancer has a client. */
async function stalled(lease: { readonly idleMs: number; readonly endMs: number }): Promise<void> {
  const wants = ['nfqlb-flows', 'ip-rules'].map(fact => ({ fact, params: {} }))
  const plan = [
    encodeFrame('challenge', { version: spoken.max }), encodeFrame('welcome', { lease, pins: ['A'.repeat(43)], pingEveryMs: 300_000 }), encodeFrame('ask', { id: 1, pass: 'one', wants, timeoutMs: 20_000 }),
  ].map(frame => deflateRawSync(frame).toString('base64')).join(',')
  const { session, pod, podUid, container } = someExpected()
  probe = spawn(process.execPath, [agent.file], {
    stdio: ['ignore', openSync(join(folder, 'stdout'), constants.O_RDWR), 'inherit'],
    env: {
      PATH: `${join(folder, 'bin')}:/usr/sbin:/usr/bin:/sbin:/bin`, TRENCHSCOPE_PLAN: plan, TRENCHSCOPE_PINS: 'A'.repeat(43), TRENCHSCOPE_SESSION: session, TRENCHSCOPE_POD: pod, TRENCHSCOPE_POD_UID: podUid,
      TRENCHSCOPE_CONTAINER: container, TRENCHSCOPE_START_BY: String(Math.floor(Date.now() / 1000) + 600),
    },
  })
  await until(keyLineRead)
  await until(() => filled() && said('connected'))
}

/** the last thing that is read */
const keyLineRead = () => !wouldBlock(() => readSync(log, Buffer.alloc(4096)))

/** Writes until the pipe takes no more. */
function filled(): boolean {
  while (!wouldBlock(() => writeSync(log, Buffer.alloc(4096))));
  return true
}

function wouldBlock(work: () => unknown): boolean {
  try {
    work()
    return false
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return true
    throw error
  }
}

test('a log that nobody takes keeps no client of the load balancer from its answer', async () => {
  await stalled({ idleMs: 60_000, endMs: 60_000 })
  answer()
  await until(() => said('served'))
  expect(balancer.signalCode).toBeNull()
})

test.each([['SIGTERM', { idleMs: 60_000, endMs: 60_000 }], ['the end of its lease', { idleMs: 1000, endMs: 1000 }]])('and the probe ends by %s', async (how, lease) => {
  await stalled(lease)
  const ended = endOf(probe)
  if (how === 'SIGTERM') probe.kill('SIGTERM')
  else answer()
  expect(await ended).toBe(0)
})
