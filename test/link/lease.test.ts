import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle, runAgent, someExpected } from './agent.ts'
import { KeyLines, startController, stateFolder } from './controller.ts'
import type { Log } from '../../controller/log.ts'

const keyLines = new KeyLines()
let built: Awaited<ReturnType<typeof bundle>>

beforeAll(async () => {
  built = await bundle('test/link/scripted-agent.ts')
})
afterAll(() => built.remove())

async function withProbe(options: Parameters<typeof startController>[2], environment: Record<string, string>, act: (started: { controller: Awaited<ReturnType<typeof startController>>; agent: ReturnType<typeof runAgent>; podUid: string }) => Promise<void>): Promise<void> {
  const folder = stateFolder()
  const controller = await startController(folder.path, keyLines, options)
  const expected = someExpected()
  controller.registry.expect(expected)
  const agent = runAgent(built.file, expected, { ...controller.environment, ...environment })
  try {
    keyLines.lines.set(`${expected.pod}/${expected.container}`, { key: (await agent.keyLine).key, containerId: 'containerd://1' })
    await act({ controller, agent, podUid: expected.podUid })
  } finally {
    agent.child.kill('SIGKILL')
    await controller.server.close()
    folder.remove()
  }
}

test('a lease that ends, ends the probe, after a client in flight has ended', async () => {
  await withProbe({ lease: { idleMs: 60_000, endMs: 200 } }, { CLOSE_MS: '300' }, async ({ controller, agent, podUid }) => {
    const link = await controller.registry.waitFor(podUid, AbortSignal.timeout(15_000))
    expect(await link.ended).toEqual({ by: 'probe', code: 'lease-over', message: 'the lease has ended' })
    expect(await agent.ended).toBe(0)
    expect(agent.stdout().split('\n').slice(1)).toEqual(['closed', ''])
  })
})

test('a probe whose controller does not come back ends when it was idle for too long', async () => {
  await withProbe({ lease: { idleMs: 400, endMs: 60_000 } }, {}, async ({ controller, agent, podUid }) => {
    await controller.registry.waitFor(podUid, AbortSignal.timeout(15_000))
    await controller.server.close()
    expect(await agent.ended).toBe(0)
  })
})

test('a connected probe lives on: its lease is renewed', async () => {
  await withProbe({ lease: { idleMs: 400, endMs: 60_000 } }, {}, async ({ controller, podUid }) => {
    const link = await controller.registry.waitFor(podUid, AbortSignal.timeout(15_000))
    const ended = await Promise.race([link.ended, new Promise(resolve => setTimeout(resolve, 1500, 'alive'))])
    expect(ended).toBe('alive')
  })
})

test('what the probe logs comes out of the controller\'s log, under its pod', async () => {
  const { log, said } = collected()
  await withProbe({ log }, {}, async ({ controller, podUid }) => {
    const link = await controller.registry.waitFor(podUid, AbortSignal.timeout(15_000))
    await link.ask([{ fact: 'echo', params: { word: 'x' } }], { pass: 'p1', timeoutMs: 5000 })
    expect(said()).toEqual([{ pod: link.pod, container: link.container, at: expect.any(Number), said: 'echo asked', fields: { word: 'x' }, message: 'probe said' }])
  })
})

test('a session that ends stops what was asked in it; the probe comes back and says so', async () => {
  const { log, said } = collected()
  await withProbe({ log }, {}, async ({ controller, podUid }) => {
    const link = await controller.registry.waitFor(podUid, AbortSignal.timeout(15_000))
    const { observations } = await link.ask([{ fact: 'never', params: {} }, { fact: 'echo', params: { word: 'x' } }], { pass: 'p1', timeoutMs: 60_000, onObservation: () => link.goodbye('leaving', 'the controller ends') })
    expect(observations.map(({ fact, error }) => [fact, error?.code])).toEqual([['echo', undefined], ['never', 'gone']])
    await expect.poll(() => said().map(line => line['said']), { timeout: 15_000 }).toEqual(['echo asked', 'never left', 'session ended'])
    expect(controller.registry.probe(podUid)).not.toBe(link)
  })
})

/** A log that keeps the probe's own lines. */
function collected(): { log: Log; said: () => Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = []
  const none = (): void => undefined
  const under = (ids: object): Log => ({ debug: none, info: none, error: none, warn: (fields, message) => { lines.push({ ...ids, ...fields, message }) }, child: more => under({ ...ids, ...more }) })
  return { log: under({}), said: () => lines.filter(({ message }) => message === 'probe said') }
}
