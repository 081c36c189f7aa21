import { setTimeout as delay } from 'node:timers/promises'
import type { SweepReport } from '../../controller/sweep/report.ts'
import { type Bed, said } from './bed.ts'
import { afterHealing, foldedIn, isRoot } from './fault-round.ts'
import type { Fault } from './trench/faults/fault.ts'
import { faultNamed, healAll, healFault, injectFault } from './trench/faults/index.ts'

/** Two faults at once. `masks`: while the first is there nobody can see the second, so that it is named only when the first is healed. */
export interface Pair {
  readonly faults: readonly [string, string]
  readonly masks?: true
  /** what the two have in common, so that one could be taken for the other's symptom */
  readonly shared: string
}

export const pairs: readonly Pair[] = [
  { faults: ['f03', 'f31'], shared: 'one target: the way there on lb-1, the way back in tg-2' },
  { faults: ['f18', 'f22'], shared: 'one VIP: the rules of replies on lb-1 and on px-a' },
  { faults: ['f01', 'f05'], shared: 'one target: its application, and the route of lb-1 to it' },
  { faults: ['f42', 'f03'], shared: 'one load balancer: forwarding and a rule' },
  { faults: ['f11', 'f21'], shared: 'both load balancers: nfqlb of lb-1 dead, next hop to lb-2 missing on px-a' },
  { faults: ['f14', 'f23'], shared: 'everything: no gateway, and a target off the bridge of px-a' },
  { faults: ['f39', 'f32'], shared: 'one gateway address: missing on px-a, with an old MAC in tg-2' },
  { faults: ['f15', 'f41'], shared: 'one load balancer: its BGP session and its link to px-b' },
  { faults: ['f37', 'f15'], masks: true, shared: 'one BIRD: dead, and with a wrong ASN in its configuration' },
  { faults: ['f14', 'f15'], masks: true, shared: 'one BGP session: no gateway, and a wrong ASN' },
]

/** The pair of that name (`f39+f32`), or a new one of two independent faults. @throws {Error} when it is not two faults */
export function pairNamed(name: string): Pair {
  const [first, second, more] = name.split('+')
  if (!first || !second || more !== undefined) throw new Error(`${name}: a pair is two faults, f39+f32`)
  return pairs.find(({ faults }) => faults[0] === first && faults[1] === second) ?? { faults: [first, second], shared: '' }
}

/** What a pair came to. */
export interface PairRound {
  readonly pair: string
  /** `both`; `second after healing` where the first masks; else what was not named */
  readonly named: string
  readonly ok: boolean
  /** first line for each of the two, where it was named */
  readonly roots: readonly string[]
  readonly folded: number
  /** roots that are neither's */
  readonly others: readonly string[]
  readonly healed: boolean
  readonly afterwards: readonly string[]
}

/** Injects both, sweeps, heals both (a masking one first, with a sweep between), sweeps until all is ok again. */
export async function pairRound(bed: Bed, { faults: names, masks }: Pair): Promise<PairRound> {
  const { trench } = bed.lab
  const [first, second] = names.map(faultNamed) as [Fault, Fault]
  let report: SweepReport
  let later: SweepReport | undefined
  try {
    // what a dead daemon could not be told any more comes before it dies
    for (const fault of masks ? [second, first] : [first, second]) await injectFault(trench, fault)
    await delay(Math.max(first.settleMs, second.settleMs))
    report = await bed.sweep()
    if (masks && !lineOf(report, second)) {
      await healFault(trench, first)
      await delay(second.settleMs)
      later = await bed.sweep()
    }
  } finally {
    await healAll(trench, { timeoutMs: 60_000 })
  }
  const lines = [lineOf(report, first), lineOf(report, second) ?? (later && lineOf(later, second))]
  const missed = [first, second].filter((_, index) => lines[index] === undefined).map(({ id }) => id)
  const afterwards = await afterHealing(bed)
  return {
    pair: `${names.join(masks ? ' > ' : ' + ')}`,
    named: missed.length > 0 ? `NOT ${missed.join(', ')}` : later ? 'second after healing' : 'both',
    ok: missed.length === 0 && afterwards.length === 0,
    roots: lines.filter(line => line !== undefined),
    folded: foldedIn(report),
    others: [...new Set([report, ...(later ? [later] : [])].flatMap(seen => rootsOf(seen).filter(root => !isRoot(root, first) && !isRoot(root, second)).map(root => `${root.check} (${root.severity})`)))],
    healed: afterwards.length === 0,
    afterwards,
  }
}

const rootsOf = (report: SweepReport) => report.findings.filter(finding => finding.explainedBy === undefined)

/** The first line about a fault, in lab names. */
function lineOf(report: SweepReport, fault: Fault): string | undefined {
  const root = rootsOf(report).find(finding => isRoot(finding, fault))
  return root && said({ ...report, findings: [root] })[0]
}
