import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LogOptions } from './apiserver/logs.ts'
import type { Status } from './apiserver/status.ts'
import { CriLog, rotatedFiles } from './kubelet/cri-log.ts'
import { readLog } from './kubelet/read-log.ts'
import { eventually, type Node, root, script, startNode } from './kubelet-node.ts'

const plain: LogOptions = { follow: false, previous: false, timestamps: false }
const now = () => Date.UTC(2026, 0, 1) + 0.25

async function textOf(log: CriLog, options: Partial<LogOptions> = {}): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of readLog(log, { ...plain, ...options }, new AbortController().signal)) parts.push(part)
  return Buffer.concat(parts).toString()
}

describe('a container log', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ts-cri-'))
  let count = 0
  const newLog = (limits = { maxBytes: 1_000_000, maxFiles: 3 }) => new CriLog(join(directory, `${count++}.log`), limits, now)

  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  test('is a CRI log file: time, stream, F or P, text', () => {
    const log = newLog()
    log.write('stdout', Buffer.from('one\ntw'))
    log.write('stderr', Buffer.from('bad\n'))
    log.write('stdout', Buffer.from('o\nrest'))
    log.end()
    const time = '2026-01-01T00:00:00.000250000Z'
    expect(readFileSync(log.path, 'utf8')).toBe(`${time} stdout F one\n${time} stderr F bad\n${time} stdout F two\n${time} stdout P rest\n`)
  })

  test('splits lines at 16 KiB in the file and joins them for the reader', async () => {
    const log = newLog()
    const long = 'x'.repeat(40_000)
    log.write('stdout', Buffer.from(`${long}\nend\n`))
    expect([readFileSync(log.path, 'utf8').split('\n').map(line => line.split(' ')[2]), await textOf(log)]).toEqual([['P', 'P', 'F', 'F', undefined], `${long}\nend\n`])
  })

  test('is rotated at its size; readers see the current file only', async () => {
    const log = newLog({ maxBytes: 200, maxFiles: 3 })
    for (let line = 0; line < 40; line++) log.write('stdout', Buffer.from(`line ${line}\n`))
    expect([rotatedFiles(log.path).length, await textOf(log)]).toEqual([2, ''])
    log.write('stdout', Buffer.from('newest\n'))
    expect(await textOf(log)).toBe('newest\n')
  })

  test.each<[Partial<LogOptions>, string]>([
    [{ tailLines: 2 }, 'three\nfour\n'],
    [{ tailLines: 0 }, ''],
    [{ tailLines: 9 }, 'one\ntwo\nthree\nfour\n'],
    [{ limitBytes: 6 }, 'one\ntw'],
    [{ sinceMs: now() + 1 }, ''],
    [{ timestamps: true, tailLines: 1 }, '2026-01-01T00:00:00.000250000Z four\n'],
  ])('with %j gives %j', async (options, text) => {
    const log = newLog()
    log.write('stdout', Buffer.from('one\ntwo\nthree\nfour\n'))
    expect(await textOf(log, options)).toBe(text)
  })

  test('followed gives what is there, every later line across rotations, and ends with the container', async () => {
    const log = newLog({ maxBytes: 100, maxFiles: 2 })
    log.write('stdout', Buffer.from('first\n'))
    const following = textOf(log, { follow: true })
    await new Promise(setImmediate)
    for (let line = 0; line < 20; line++) log.write('stdout', Buffer.from(`${line}\n`))
    log.end()
    expect(await following).toBe(`first\n${Array.from({ length: 20 }, (_, line) => `${line}\n`).join('')}`)
  })
})

describe.skipIf(!root)('pods/log', () => {
  let lab: Node

  beforeAll(async () => {
    lab = await startNode({ images: { talks: script(`console.log('hello'); setTimeout(() => console.log('later'), 200); setTimeout(() => {}, 400)`) } })
    lab.addPod('z-0', { spec: { containers: [{ name: 'stateless-lb', image: 'a' }, { name: 'frontend', image: 'b' }] } })
    lab.addPod('z-1')
    lab.addPod('z-2', { spec: { nodeName: undefined } })
    lab.addPod('z-3', { spec: { nodeName: 'elsewhere' } })
    await lab.inject('z-0', { name: 'q0', image: 'talks' })
    await lab.inject('z-0', { name: 'q1', image: 'absent', imagePullPolicy: 'Never' })
    await lab.until('z-0', 'q1', state => state.waiting?.reason === 'ErrImageNeverPull')
  })

  afterAll(() => lab.close())

  test.each([
    ['without a container\'s name', 'z-0', '', 400, 'a container name must be specified for pod z-0, choose one of: [stateless-lb frontend q1 q0]'],
    ['of a container that is not there', 'z-0', 'container=nope', 400, 'container nope is not valid for pod z-0'],
    ['of one that has not started', 'z-0', 'container=q1', 400, 'container "q1" in pod "z-0" is waiting to start: ErrImageNeverPull'],
    ['of one that never ran before', 'z-0', 'container=q0&previous=true', 400, 'previous terminated container "q0" in pod "z-0" not found'],
    ['of a pod that is not there', 'z-9', '', 404, 'pods "z-9" not found'],
    ['since no time at all', 'z-1', 'sinceSeconds=0', 422, 'PodLogOptions "z-1" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0'],
    ['of a pod on a node nobody answers for', 'z-3', '', 500, 'Get "https://elsewhere:10250/containerLogs/red/z-3/app": dial tcp elsewhere:10250: connect: connection refused'],
  ])('%s says why', async (_what, pod, query, code, message) => {
    const answer = await lab.log(pod, query)
    expect([answer.code, (answer.body as Status).message]).toEqual([code, message])
  })

  test('of a pod without a node is 204 and empty; the only container needs no name', async () => {
    expect([(await lab.log('z-2', '')).code, (await lab.log('z-2', '')).text, (await lab.log('z-1', '')).code]).toEqual([204, '', 200])
  })

  test('follows a running container to its end', async () => {
    lab.addPod('z-4')
    await lab.inject('z-4', { name: 'a1', image: 'talks' })
    await lab.until('z-4', 'a1', state => state.running !== undefined)
    expect((await lab.log('z-4', 'container=a1&follow=true')).text).toBe('hello\nlater\n')
    expect(lab.kubelet.containers('red/z-4').map(({ state }) => state)).toEqual(['exited'])
  })

  test('is as slow as it is told to be', async () => {
    lab.kubelet.setLogLatency(300)
    let answered = false
    const asking = lab.log('z-0', 'container=q0').then(() => void (answered = true))
    await eventually(() => lab.api.control.calls().at(-1)?.subresource === 'log' || undefined, () => 'nothing was asked')
    expect(answered).toBe(false)
    await asking
    lab.kubelet.setLogLatency(0)
  })
})
