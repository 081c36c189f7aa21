import { expect, test } from 'vitest'
import type { Injected, Injector } from '../../controller/cluster/injector.ts'
import type { Probe } from '../../controller/link/probe.ts'
import { ProbeRegistry } from '../../controller/link/registry.ts'
import { Reach } from '../../controller/sweep/reach.ts'
import { lb, silent } from '../store/synthetic.ts'

/** Synthetic: containers that start when `start` is called and say nothing, so that the pod is asked through its log. */
function reachOf() {
  const started = Promise.withResolvers<void>()
  const asked: AbortSignal[] = []
  const injector: Pick<Injector, 'inject' | 'ended'> = {
    inject: async (ref, { signal }) => {
      asked.push(signal)
      await Promise.race([started.promise, new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))])
      return { pod: `${ref.namespace}/${ref.name}`, podUid: ref.uid, container: 'trenchscope-0001', containerId: 'c', session: 's', adopted: false } satisfies Injected
    },
    ended: () => new Promise(() => undefined),
  }
  const registry = new ProbeRegistry({ log: silent, store: { load: () => [], save: async () => {}, drop: async () => {} }, readKeyLine: () => Promise.reject(new Error('nobody asks')) })
  const reach = new Reach({ registry, injector, image: 'i', imagePullPolicy: 'Never', controllers: ['192.0.2.9:7443'], pins: () => [], timeoutMs: 50, planned: ({ name }, why) => ({ container: name, degraded: why }) as Probe, log: silent })
  return { reach, start: started.resolve, asked }
}

test('of two sweeps that wait for one pod, one that is cancelled leaves the other waiting', async () => {
  const { reach, start, asked } = reachOf()
  const leaving = new AbortController()
  const first = reach.probeOf(lb, leaving.signal)
  const second = reach.probeOf(lb, new AbortController().signal)
  leaving.abort(new Error('its caller left'))
  await expect(first).rejects.toThrow('its caller left')
  start()
  expect((await second).degraded).toMatch(/did not connect to 192\.0\.2\.9:7443/)
  expect(asked).toHaveLength(1)
})

test('when the last who waits has left, nothing goes on for nobody', async () => {
  const { reach, asked } = reachOf()
  const [a, b] = [new AbortController(), new AbortController()]
  const waiting = [reach.probeOf(lb, a.signal), reach.probeOf(lb, b.signal)]
  a.abort(new Error('a left'))
  expect(asked[0]?.aborted).toBe(false)
  b.abort(new Error('b left'))
  await expect(Promise.all(waiting)).rejects.toThrow('a left')
  expect(asked[0]?.aborted).toBe(true)
})
