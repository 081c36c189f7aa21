import { expect, test } from 'vitest'
import { Runs } from '../../controller/schedule/runs.ts'
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
