import type { Bed } from '../lab/bed.ts'

/** How long the programs of a fact ran, in ms from start to end: asked `count` times of both load balancers, one after the other. */
export async function ranMs(bed: Bed, fact: 'nfqlb-flows' | 'nfqlb-version', count: number): Promise<number[]> {
  const lbs = new Set(bed.controller.backend.trenches({}).flatMap(trench => trench.pods).filter(({ role }) => role === 'lb').map(({ uid }) => uid))
  const took: number[] = []
  for (let round = 0; round < count; round++) {
    for (const probe of bed.controller.registry.probes().filter(({ podUid }) => lbs.has(podUid))) {
      const { records } = await probe.ask([{ fact, params: {} }], { pass: `bench-${fact}-${round}`, timeoutMs: 10_000 })
      took.push(...records.map(({ ms }) => ms))
    }
  }
  return took
}
