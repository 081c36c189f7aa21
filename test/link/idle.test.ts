import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StreamEnding } from '../../controller/link/streams.ts'
import { someExpected } from './agent.ts'
import { KeyLines, startController, stateFolder } from './controller.ts'
import { newIdentity, RawProbe } from './raw-probe.ts'

const folder = stateFolder()
const keyLines = new KeyLines()
let controller: Awaited<ReturnType<typeof startController>>
const left = new AsyncDisposableStack()
left.defer(folder.remove)
beforeAll(async () => {
  controller = await startController(folder.path, keyLines)
  left.defer(() => controller.server.close())
})
afterAll(() => left.disposeAsync())

test('a probe is not idle while a stream is open, and from its end on it is', async () => {
  const expected = someExpected()
  const identity = newIdentity()
  controller.registry.expect(expected)
  keyLines.lines.set(`${expected.pod}/${expected.container}`, { key: identity.keyText, containerId: 'containerd://1' })
  const probe = await RawProbe.dial(controller.address, controller.keys.pins)
  left.defer(() => probe.close())
  await probe.open(expected, identity)
  const link = controller.registry.probe(expected.podUid)!
  await expect.poll(() => link.idleMs).toBeGreaterThan(0)

  const over = Promise.withResolvers<StreamEnding>()
  const stream = link.stream('packets', {}, 1 << 20, { onData: () => undefined, onEnd: over.resolve })
  const { stream: id } = await probe.next('streamOpen')
  expect(link.idleMs).toBe(0)
  stream.close()
  await probe.next('streamClose')
  // what was captured by then still comes
  expect(link.idleMs).toBe(0)
  const from = performance.now()
  probe.send('streamClose', { stream: id, code: 'over', message: '' })
  await over.promise
  expect(link.idleMs).toBeLessThanOrEqual(performance.now() - from)
  await expect.poll(() => link.idleMs).toBeGreaterThan(0)
})
