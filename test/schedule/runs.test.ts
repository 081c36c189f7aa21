import { expect, test } from 'vitest'
import { Runs } from '../../controller/schedule/runs.ts'
import type { Sweeper } from '../../controller/schedule/sweeper.ts'
import { red, reportOf, silent, withStore } from '../store/synthetic.ts'

test('the events of sweeps that ended hold so much memory and no more: the oldest go first, their reports stay', () => withStore(async store => {
  const runs = new Runs({ store, log: silent, lingerBytes: 10_000, sweeper: {
    trenches: () => [red],
    sweep: async ([trench = red], { keep, onEvent }) => {
      const report = reportOf([], { trench, id: crypto.randomUUID() })
      await keep?.({ report, snapshots: [] })
      onEvent({ type: 'report', trench: trench.id, report })
      return [report]
    },
  } })
  const ids: string[] = []
  for (let sweep = 0; sweep < 20; sweep++) {
    const run = await runs.start({ selection: {}, startedBy: 'anna', origin: 'api' })
    await run.ended
    ids.push(run.id)
  }
  await runs.start({ selection: {}, startedBy: 'anna', origin: 'api' }).then(run => run.ended)
  const readable = ids.map(id => runs.get(id) !== undefined)
  expect([readable[0], readable.at(-1)]).toEqual([false, true])
  expect(readable.indexOf(true)).toBeGreaterThan(readable.lastIndexOf(false))
  expect(await store.reportsOf({ sweep: ids[0]! })).toHaveLength(1)
  await runs.close()
}))

/** Synthetic: a fleet that sweeps until it is told to end. */
const endless: Sweeper = { trenches: () => [red], sweep: (_, { signal }) => new Promise(resolve => {
  signal.addEventListener('abort', () => resolve([]), { once: true })
  if (signal.aborted) resolve([])
}) }
const request = { selection: {}, startedBy: 'anna', origin: 'api' }

test('a hundred sweeps run at once, and the next is refused until one has ended', () => withStore(async store => {
  const runs = new Runs({ store, log: silent, sweeper: endless })
  const [first] = await Promise.all(Array.from({ length: 100 }, () => runs.start(request)))
  await expect(runs.start(request)).rejects.toMatchObject({ code: 'too-many-sweeps', message: '100 sweeps run at once, no more' })
  first?.cancel('enough')
  await first?.ended
  await expect(runs.start(request)).resolves.toMatchObject({ state: 'running' })
  await runs.close()
}))

test('a sweep that was being begun when the controller ended is cancelled with the others, and kept so', () => withStore(async store => {
  const runs = new Runs({ store, log: silent, sweeper: endless })
  const begun = runs.start({ ...request, id: 's1' })
  await runs.close()
  await begun
  expect(await store.sweep({ id: 's1' })).toMatchObject({ state: 'cancelled', problem: { detail: 'the controller ends' } })
  await expect(runs.start(request)).rejects.toThrow('the controller is closing')
}))
