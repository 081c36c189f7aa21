import { expect, test } from 'vitest'
import { readKeyLine } from '../../controller/cluster/logs.ts'
import type { NodeHook } from '../lab/apiserver/logs.ts'
import type { PodRef } from '../../controller/cluster/pod.ts'
import { apiServer, eventually, podObject } from './bench.ts'
import { injectOptions, injectorOf, kubeletOf, refOf, running, seed, setState } from './probe-bench.ts'

const line = JSON.stringify({ trenchscope: 1, key: 'K'.repeat(43), session: 'S'.repeat(22), version: '0.1.0' })

/** A pod with a running probe, whose node answers log reads with each of `answers` in turn, the last for ever. */
async function probeWithLog(...answers: (string | { badRequest: string } | { unreachable: true } | (() => Promise<string>))[]) {
  const server = await apiServer()
  seed(server)
  kubeletOf(server, () => running)
  let reads = 0
  const readLog: NodeHook['readLog'] = async ({ options }) => {
    const answer = answers[Math.min(reads++, answers.length - 1)] ?? ''
    if (typeof answer === 'object') return answer
    const text = typeof answer === 'string' ? answer : await answer()
    return { text: (async function* () {
      yield text.slice(0, options.limitBytes)
    })() }
  }
  server.registerNode('worker-1', { readLog })
  const { injector, client, inventory } = await injectorOf(server)
  const { container, containerId } = await injector.inject(refOf(server), injectOptions())
  const read = (ref: PodRef = refOf(server), timeoutMs = 5000) => readKeyLine(ref, container, { client, inventory, signal: AbortSignal.timeout(15_000), timeoutMs })
  return { server, client, inventory, containerId, container, read, reads: () => reads }
}

test('the first line is the key, read with one request, and stands with the container that printed it', async () => {
  const { read, client, containerId } = await probeWithLog(`${line}\nfatal: nothing else counts\n`)
  const since = client.count.mark()
  expect(await read()).toEqual({ key: 'K'.repeat(43), session: 'S'.repeat(22), version: '0.1.0', containerId })
  expect([...since()]).toEqual([['red/lb-1', { calls: 0, logs: 1 }]])
})

test('a line that is not there yet, a container that is starting and a kubelet that is away for a moment are asked again', async () => {
  const { read, reads } = await probeWithLog('', { badRequest: 'container "trenchscope-0001" in pod "lb-1" is waiting to start: ContainerCreating' }, { unreachable: true }, `${line}\n`)
  expect(await read()).toMatchObject({ version: '0.1.0' })
  expect(reads()).toBe(4)
})

test.each([
  { what: 'a kubelet that stays away', answer: { unreachable: true } as const, code: 'node-unreachable', message: /^log of red\/lb-1 trenchscope-0001: Get "https:\/\/.*containerLogs.*connection refused/, reads: 4 },
  { what: 'a container that keeps waiting', answer: { badRequest: 'container "trenchscope-0001" in pod "lb-1" is waiting to start: ContainerCreating' }, code: 'not-started', message: /is waiting to start: ContainerCreating/, reads: 4 },
  { what: 'half a line', answer: line.slice(0, 40), code: 'not-started', message: /has not printed its key yet/, reads: 4 },
  { what: 'another program\'s words', answer: 'Error: cannot find module\n', code: 'not-a-key-line', message: /printed first: Error: cannot find module/, reads: 1 },
  { what: 'a line without end', answer: 'x'.repeat(5000), code: 'not-a-key-line', message: /printed first: x+/, reads: 1 },
  { what: 'JSON that is no key', answer: '{"trenchscope":1}\n', code: 'not-a-key-line', message: /printed first: \{"trenchscope":1\}/, reads: 1 },
])('$what is $code, after a bounded number of tries', async ({ answer, code, message, reads: expected }) => {
  const { read, reads } = await probeWithLog(answer)
  await expect(read()).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  expect(reads()).toBe(expected)
})

test('a container that was started again while its log was read is not pinned to the old key', async () => {
  const bench = await probeWithLog(async () => {
    bench.server.store.update('pods', 'red', 'lb-1', pod => JSON.parse(JSON.stringify(pod).replaceAll(bench.containerId, 'containerd://other')) as typeof pod)
    await eventually('the watch saw it', () => JSON.stringify(bench.inventory.pod('red', 'lb-1')).includes('containerd://other'))
    return `${line}\n`
  })
  expect((await bench.read()).containerId).toBe('containerd://other')
  expect(bench.reads()).toBe(2)
})

test('logs that are forbidden, a container that has ended and a pod that is gone are said at once', async () => {
  const { server, container, inventory, read, reads } = await probeWithLog(`${line}\n`)
  server.control.fault({ path: '/log', effect: { status: 403, message: 'pods "lb-1" is forbidden: no' }, times: 1 })
  await expect(read()).rejects.toMatchObject({ code: 'forbidden', message: 'log of red/lb-1 trenchscope-0001: pods "lb-1" is forbidden: no' })
  const gone = refOf(server)
  setState(server, gone, container, { terminated: { exitCode: 0 } })
  await eventually('the watch saw it', () => JSON.stringify(inventory.pod('red', 'lb-1')).includes('terminated'))
  await expect(read()).rejects.toMatchObject({ code: 'pod-gone', message: 'red/lb-1 trenchscope-0001 has ended' })
  server.store.remove('pods', 'red', 'lb-1')
  server.store.apply(podObject('lb-1'))
  await eventually('the watch saw it', () => inventory.pod('red', 'lb-1')?.metadata.uid === refOf(server).uid)
  await expect(read(gone)).rejects.toMatchObject({ code: 'pod-gone', message: 'red/lb-1 is not the pod it was' })
  expect(reads()).toBe(0)
})

test('a log that never comes is bounded', async () => {
  const { server, read } = await probeWithLog(`${line}\n`)
  server.control.fault({ path: '/log', effect: 'hang' })
  await expect(read(undefined, 200)).rejects.toMatchObject({ code: 'api-unreachable' })
})
