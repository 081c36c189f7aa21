import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pairNamed, pairRound } from '../lab/fault-pair.ts'
import { faultRound } from '../lab/fault-round.ts'
import { faultNamed } from '../lab/trench/faults/index.ts'
import { said, unknowns } from '../lab/bed.ts'
import { startTrenchBed, type TrenchBed } from './trench-bed.ts'

let bed: TrenchBed
beforeAll(async () => { bed = await startTrenchBed() })
afterAll(() => bed?.close())

test('to begin with all is well', async () => {
  const report = await bed.sweep()
  expect([said(report), unknowns(report)]).toEqual([[], []])
})

/** One of each layer; all of them: npm run faults. */
describe('the first line names the root, its symptoms are folded under it, and healing brings ok back', () => {
  test.each([
    ['f03', /^lb-1 target-rule-missing: /, 0],
    ['f12', /^lb-1 nfqueue-stalled: /, 1],
    ['f14', /^lb-[12] gateway-unreachable: /, 1],
    ['f18', /^lb-1 vip-rule-missing: /, 1],
    ['f31', /^tg-2 target-default-route-missing: /, 0],
    ['f37', /^lb-1 bird-down: /, 1],
  ])('%s: %s', async (name, first, folded) => {
    const round = await faultRound(bed, faultNamed(name))
    expect(round).toMatchObject({ first: expect.stringMatching(first), rootNamed: true, healed: true, afterwards: [] })
    expect(round.folded).toBeGreaterThanOrEqual(folded)
  })
})

/** All pairs, also those of which one hides the other: npm run faults -- two. */
test('two faults of one target, at the load balancer and in the target itself, are two roots', async () => {
  const round = await pairRound(bed, pairNamed('f03+f31'))
  expect(round).toMatchObject({ named: 'both', roots: [expect.stringMatching(/^lb-1 target-rule-missing: /), expect.stringMatching(/^tg-2 target-default-route-missing: /)], others: [], healed: true, afterwards: [] })
})
