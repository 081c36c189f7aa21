import { afterAll, beforeAll, expect, test } from 'vitest'
import { nameOf, recoveries, recoveryRound } from '../lab/fault-recovery.ts'
import { startTrenchBed, type TrenchBed } from './trench-bed.ts'

let bed: TrenchBed
beforeAll(async () => { bed = await startTrenchBed() })
afterAll(() => bed?.close())

/** One of each kind; all of them: npm run faults -- recovery. */
test.each([
  ['f02 then f31', 'a target whose link came back, then loses its table', []],
  ['f03 / f03v6', 'a rule that is back at the second look, while its IPv6 twin went', ['target-rule-missing']],
])('%s: %s: what is gone does not stand, what came is named', async (name, _, flapping) => {
  const recovery = recoveries.find(one => nameOf(one) === name)
  if (!recovery) throw new Error(`no recovery ${name}`)
  const round = await recoveryRound(bed, recovery)
  expect(round).toMatchObject({ ok: true, wrong: [] })
  expect(round.flapping).toEqual(expect.arrayContaining(flapping))
})
