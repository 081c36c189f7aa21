import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunOptions } from '../../agent/facts/fact.ts'
import { createRunner, type Runner } from '../../agent/run.ts'
import { quiet, until } from './quiet.ts'

const program = join(import.meta.dirname, 'fake-nfqlb.py')
let folder: string
let balancer: ChildProcess
let runner: Runner

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nfqlb-guard-'))
  mkdirSync(join(folder, 'bin'))
  mkdirSync(join(folder, 'net/netfilter'), { recursive: true })
  symlinkSync(program, join(folder, 'bin/nfqlb'))
  writeFileSync(join(folder, 'reply'), '[]\n')
  balancer = spawn(program, ['serve', folder], { stdio: 'ignore' })
  await until(() => log().includes('ready'))
  runner = createRunner({ log: quiet, path: `${join(folder, 'bin')}:/usr/bin:/bin`, env: { FAKE_NFQLB: folder }, proc: folder, birdSockets: [] })
})

afterEach(async () => {
  answer()
  await runner.close()
  balancer.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const log = (): string[] => (existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8').trim().split('\n') : [])
const hold = (): void => writeFileSync(join(folder, 'hold'), '')
const answer = (): void => rmSync(join(folder, 'hold'), { force: true })
const waiting = (packets: number): void => writeFileSync(join(folder, 'net/netfilter/nfnetlink_queue'), `    2  10977 ${String(packets).padStart(5)} 2  1500     0     0     1024  1\n`)
const served = (): number => log().filter(line => line === 'served').length
const ask = (pass: string, argv: readonly string[], options?: RunOptions, signal = new AbortController().signal): Promise<string> =>
  runner.pass(pass).runFor(signal)(argv, options).catch(error => `${error.code}: ${error.message}`)

/** The load balancer answers a new question: it lives. */
async function expectAlive(): Promise<void> {
  expect(balancer.signalCode).toBeNull()
  expect(await ask('alive', ['nfqlb', 'flow-list', '--name=alive'])).toBe('[]\n')
}

test('the fake load balancer dies when a client leaves before its answer', async () => {
  hold()
  const client = spawn(program, ['flow-list'], { env: { ...process.env, FAKE_NFQLB: folder }, stdio: 'ignore' })
  await until(() => log().includes('connected'))
  client.kill('SIGKILL')
  await until(() => client.signalCode !== null)
  answer()
  await until(() => balancer.signalCode !== null)
  expect(balancer.signalCode).toBe('SIGPIPE')
})

describe('a client of a load balancer that does not answer', () => {
  const flowList = ['nfqlb', 'flow-list']

  test('is left running at its time limit, and nobody else is let in until it ended', async () => {
    hold()
    expect(await ask('one', flowList, { timeoutMs: 200 })).toBe('timeout: nfqlb flow-list did not end within 200 ms: the load balancer does not answer; its client is left running')
    expect(await ask('two', ['nfqlb', 'trace-flow-list'])).toBe(`refused: nfqlb trace-flow-list was not run: an earlier client (nfqlb flow-list) still waits for the load balancer's answer`)
    answer()
    await until(() => served() === 1)
    await runner.close()
    runner = createRunner({ log: quiet, path: `${join(folder, 'bin')}:/usr/bin:/bin`, env: { FAKE_NFQLB: folder }, proc: folder, birdSockets: [] })
    await expectAlive()
  })

  test('is not killed when its asker leaves', async () => {
    hold()
    const asker = new AbortController()
    const asked = ask('one', flowList, {}, asker.signal)
    await until(() => log().includes('connected'))
    asker.abort()
    runner.end('one')
    answer()
    expect(await asked).toBe('[]\n')
    await expectAlive()
  })

  test('is waited for when the probe leaves', async () => {
    hold()
    const asked = ask('one', flowList)
    await until(() => log().includes('connected'))
    let closed = false
    const closing = runner.close().then(() => {
      closed = true
    })
    expect(await ask('two', ['ls', '/'])).toBe('refused: ls / was not run: the probe is leaving')
    expect(closed).toBe(false)
    answer()
    await closing
    expect([await asked, served()]).toEqual(['[]\n', 1])
  })

  test('is waited for only a moment when the pod is deleted', async () => {
    hold()
    const asked = ask('one', flowList)
    await until(() => log().includes('connected'))
    const closing = runner.close({ podDeletion: true })
    expect(await Promise.race([closing, Promise.resolve('waits')])).toBe('waits')
    await closing
    expect(served()).toBe(0)
    answer()
    expect(await asked).toBe('[]\n')
  })

  test('does not keep the probe from running other programs', async () => {
    hold()
    await ask('one', flowList, { timeoutMs: 50 })
    const both = await Promise.all(['/', '/proc/self/ns'].map(path => ask('one', ['ls', path])))
    expect(both.every(text => text.length > 0 && !text.startsWith('timeout'))).toBe(true)
  })
})

test('an answer beyond the byte limit is read to its end and thrown away', async () => {
  writeFileSync(join(folder, 'reply'), 'x'.repeat(3_000_000))
  expect(await ask('one', ['nfqlb', 'flow-list'], { maxBytes: 1000 })).toBe('too-long: nfqlb flow-list printed more than 1000 bytes')
  expect(runner.pass('one').record('nfqlb flow-list')?.stdout).toBe('x'.repeat(1000))
  await until(() => served() === 1)
  writeFileSync(join(folder, 'reply'), '[]\n')
  await expectAlive()
})

test('the load balancer is asked one thing at a time', async () => {
  const questions = ['flow-list', 'flow-list-names', 'trace-flow-list'].map(command => ['nfqlb', command])
  const answers = await Promise.all(['one', 'two'].flatMap(pass => questions.map(argv => ask(pass, argv))))
  expect(answers).toEqual(Array(6).fill('[]\n'))
  expect(log().filter(line => line === 'two clients at once')).toEqual([])
})

describe('a queue of 1024 packets', () => {
  test.each([
    [921, '[]\n', 1],
    [922, 'refused: nfqlb flow-list was not run: queue 2 holds 922 of 1024 packets: the load balancer is stalled, and asking it now may end it', 0],
    [1024, 'refused: nfqlb flow-list was not run: queue 2 holds 1024 of 1024 packets: the load balancer is stalled, and asking it now may end it', 0],
  ])('with %i waiting', async (packets, said, clients) => {
    waiting(packets)
    expect(await ask('one', ['nfqlb', 'flow-list'])).toBe(said)
    expect(log().filter(line => line === 'connected')).toHaveLength(clients)
  })

  test('that nobody can read the state of is not asked about', async () => {
    writeFileSync(join(folder, 'net/netfilter/nfnetlink_queue'), 'nonsense\n')
    expect(await ask('one', ['nfqlb', 'flow-list'])).toMatch(/^refused: nfqlb flow-list was not run: .*nfnetlink_queue cannot be read, so nobody knows/)
    expect(log()).not.toContain('connected')
  })
})

test('no load balancer and an empty answer are told apart', async () => {
  writeFileSync(join(folder, 'reply'), '')
  expect(await ask('one', ['nfqlb', 'flow-list'])).toBe('')
  expect(runner.pass('one').record('nfqlb flow-list')).toMatchObject({ exitCode: 0, stdout: '', stderr: '' })
  balancer.kill('SIGKILL')
  await until(() => balancer.signalCode !== null)
  expect(await ask('two', ['nfqlb', 'flow-list'])).toBe('failed: nfqlb flow-list ended with 1: Connect failed. Connection refused')
})

test('a command that touches only shared memory is killed at its time limit', async () => {
  waiting(1024)
  expect(await ask('one', ['nfqlb', 'show', '--shm=tshm-a'], { timeoutMs: 1500 })).toBe('timeout: nfqlb show --shm=tshm-a did not end within 1500 ms')
  const pid = readFileSync(join(folder, 'show-pid'), 'utf8')
  expect(existsSync(`/proc/${pid}`)).toBe(false)
})
