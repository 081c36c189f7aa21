import { describe, expect, test } from 'vitest'
import { said, startBed, unknowns } from '../lab/bed.ts'
import { faultRound, isWell } from '../lab/fault-round.ts'
import { faultNamed } from '../lab/trench/faults/index.ts'
import type { ShapeName } from '../lab/trench/shapes.ts'

/** More faults of a shape: npm run faults -- --shape SHAPE. */
describe.each<[ShapeName, string, RegExp]>([
  ['single-lb', 'f31', /^tg-2 target-default-route-missing: .*IPv4/],
  ['three-lb', 'f18', /^lb-1 vip-rule-missing: no IPv4 rule/],
  ['ipv6-only', 'f22v6', /^px-a proxy-vip-rule-missing: no IPv6 rule/],
  ['two-trenches', 'f01', /^tg-2 listener-missing: /],
])('%s', (shape, fault, first) => {
  test('each trench is well and wholly seen, and a fault is named in its family and pod, in its trench only', async () => {
    const bed = await startBed({ shape, lookAgainMs: 300 })
    try {
      for (const { trench, pods } of bed.lab.trench.shape) {
        const report = await bed.sweep(undefined, undefined, trench)
        expect([trench, isWell(report), said(report).filter(line => !/ lb-not-redundant: /.test(line)), unknowns(report), report.pods.length]).toEqual([trench, true, [], [], pods.length])
      }
      let elsewhere: boolean[] = []
      const round = await faultRound(bed, faultNamed(fault), {
        meanwhile: async () => { elsewhere = await Promise.all(bed.lab.trench.shape.slice(1).map(async ({ trench }) => isWell(await bed.sweep(undefined, undefined, trench)))) },
      })
      expect(round).toMatchObject({ first: expect.stringMatching(first), rootNamed: true, healed: true, afterwards: [] })
      expect(round.others.filter(other => !other.endsWith(' (note)'))).toEqual([])
      expect(elsewhere).toEqual(bed.lab.trench.shape.slice(1).map(() => true))
    } finally {
      await bed.close()
    }
  })
})
