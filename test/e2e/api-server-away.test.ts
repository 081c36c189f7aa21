import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unknowns } from '../lab/bed.ts'
import { startTrenchBed, type TrenchBed, trouble } from './trench-bed.ts'

let bed: TrenchBed
beforeAll(async () => {
  bed = await startTrenchBed()
  await bed.sweep()
})
afterAll(() => bed?.close())

const well = async () => trouble(await bed.sweep())
/** they ask the API server in each sweep, because no watch holds what they read */
const asking = ['config-map-differs', 'endpoint-missing', 'pod-held-up', 'volume-claim-unbound']
const checksOf = (lines: readonly string[]) => lines.map(line => line.split(':')[0] ?? '').sort()

test.each([
  ['ends', () => bed.lab.apiserver.control.dropWatches()],
  ['breaks in the middle of a line', () => bed.lab.apiserver.control.cutWatches()],
])('a watch that the API server %s is opened again, and a sweep meanwhile goes on from memory', async (_how, act) => {
  const { control } = bed.lab.apiserver
  expect(act()).toBeGreaterThan(5)
  expect(await well()).toEqual([])
  await expect.poll(() => control.counters().openWatches, { timeout: 20_000 }).toBe(10)
  expect(bed.controller.backend.health().problems).toEqual([])
})

test('watches whose place is forgotten (410) begin anew without losing sight', async () => {
  const { control } = bed.lab.apiserver
  control.expire()
  control.cutWatches()
  expect(await well()).toEqual([])
  await expect.poll(() => control.counters().openWatches, { timeout: 20_000 }).toBe(10)
  expect(await well()).toEqual([])
})

test('an API server that answers 500 for a moment leaves unknown no more than what is asked of it just then; away for longer it is said to be stale and nothing of it is called ok', async () => {
  const { control } = bed.lab.apiserver
  const end = control.fault({ effect: { status: 500 } })
  try {
    control.cutWatches()
    expect(asking).toEqual(expect.arrayContaining(checksOf(await well())))
    await expect.poll(() => bed.controller.backend.health().problems.length, { timeout: 30_000 }).toBe(10)
    const report = await bed.sweep()
    expect(unknowns(report).join('\n')).toMatch(/the API server has been away for \d+ s: .*etcdserver: request timed out/)
    expect(report.findings).toEqual([])
    // what needs the pods only is judged all the same
    expect(report.counts.ok).toBeGreaterThan(10)
  } finally {
    end()
  }
  await expect.poll(() => bed.controller.backend.health().problems, { timeout: 60_000 }).toEqual([])
  expect(await well()).toEqual([])
})

test('a front door that is shut and opened again is found again', async () => {
  const opened = bed.lab.apiserver.control.refuse(1500)
  expect(asking).toEqual(expect.arrayContaining(checksOf(await well())))
  await opened
  await delay(100)
  await expect.poll(() => bed.lab.apiserver.control.counters().openWatches, { timeout: 30_000 }).toBe(10)
  expect(await well()).toEqual([])
})
