import { setTimeout as delay } from 'node:timers/promises'
import type { SweepEvent, SweepReport } from '../../controller/sweep/report.ts'
import { type Bed, said } from './bed.ts'
import { afterHealing, isRoot } from './fault-round.ts'
import type { Fault } from './trench/faults/fault.ts'
import { faultNamed, healAll, injectFault, mendFault } from './trench/faults/index.ts'
import { missingIn } from './trench/ready.ts'

/** A fault that ends while somebody looks, and another that begins (or the same again). */
export interface Recovery {
  readonly ends: string
  /** absent: nothing follows */
  readonly begins?: string
  /** `after a sweep`: what the first leaves behind is still healing when the next sweep looks; `between the looks` of one sweep */
  readonly when: 'after a sweep' | 'between the looks'
  /** checks that may go on to say something of the first, while the lab itself lacks what the pattern says (ready.ts) */
  readonly still?: Readonly<Record<string, RegExp>>
  readonly shared: string
}

const reconnecting = { 'bgp-session-down': /NBR-\S+ is not Established|no default in table/, 'bfd-session-down': /BFD sessions/ }

export const recoveries: readonly Recovery[] = [
  { ends: 'f14', begins: 'f03', when: 'after a sweep', still: reconnecting, shared: 'the gateway answers again, BIRD waits up to a minute before it connects' },
  { ends: 'f37', begins: 'f21', when: 'after a sweep', still: reconnecting, shared: 'BIRD runs again and connects' },
  { ends: 'f15', begins: 'f18', when: 'after a sweep', still: reconnecting, shared: 'the ASN is right again, both sides wait; a rule of the same load balancer goes' },
  { ends: 'f02', begins: 'f31', when: 'after a sweep', shared: 'one target: its link is up again, load balancers know it as FAILED; its table goes' },
  { ends: 'f06', begins: 'f05', when: 'after a sweep', shared: 'one target: nobody holds its wrong MAC any more; its route becomes wrong' },
  { ends: 'f41', begins: 'f23', when: 'after a sweep', shared: 'the way to one proxy is back, neighbours on it are FAILED; another proxy loses a port' },
  { ends: 'f12', begins: 'f22', when: 'after a sweep', shared: 'nfqlb began anew; a proxy loses a rule' },
  { ends: 'f19', begins: 'f42', when: 'after a sweep', still: { 'kernel-default-route-missing': /no default in table/ }, shared: 'BIRD repairs the kernel at its next scan; forwarding goes' },
  { ends: 'f39', begins: 'f32', when: 'after a sweep', shared: 'one address of a bridge is back; a target keeps a MAC of it that nobody has' },
  { ends: 'f14', begins: 'f14', when: 'after a sweep', shared: 'the same again, before BIRD has connected' },
  { ends: 'f03', when: 'between the looks', shared: 'gone when it is looked at again' },
  { ends: 'f03', begins: 'f03v6', when: 'between the looks', shared: 'one check, one target: from one family to the other' },
  { ends: 'f30', begins: 'f18', when: 'between the looks', shared: 'a target\'s rule is back, a load balancer\'s goes' },
]

export const nameOf = ({ ends, begins, when }: Recovery): string => `${ends}${when === 'after a sweep' ? ' then ' : ' / '}${begins ?? 'nothing'}`

/** What a recovery came to. */
export interface RecoveryRound {
  readonly recovery: string
  readonly ok: boolean
  /** first lines: of the fault that ended, while it was there (or as it flapped), and of the one that began */
  readonly before: string
  readonly after: string
  /** what was said of the first although it had ended, and was true: what it left behind */
  readonly leftBehind: readonly string[]
  /** told as seen in one of two looks */
  readonly flapping: readonly string[]
  /** what should not have been said, and what should have been */
  readonly wrong: readonly string[]
}

/** Makes the first fault, ends it as the field would and makes the second, sweeps, heals all, and sweeps until all is ok again. */
export async function recoveryRound(bed: Bed, recovery: Recovery): Promise<RecoveryRound> {
  const { trench } = bed.lab
  const ends = faultNamed(recovery.ends)
  const begins = recovery.begins === undefined ? undefined : faultNamed(recovery.begins)
  const change = async () => {
    await mendFault(trench, ends)
    if (begins) await injectFault(trench, begins)
  }
  let first: SweepReport
  let next: SweepReport
  let lacking: string
  try {
    await injectFault(trench, ends)
    await delay(ends.settleMs)
    first = await (recovery.when === 'after a sweep' ? bed.sweep() : sweepWith(bed, ends, change))
    if (recovery.when === 'after a sweep') await change()
    await delay(begins?.settleMs ?? 0)
    const before = await missingIn(trench)
    next = await bed.sweep()
    lacking = [...before, ...await missingIn(trench)].join('; ')
  } finally {
    await healAll(trench, { timeoutMs: 60_000 })
  }
  const told = rootsOf(next).filter(({ severity, flapping }) => severity !== 'note' && !flapping)
  const isBegun = (finding: Finding) => begins !== undefined && isRoot(finding, begins)
  const isLeft = ({ check }: Finding) => recovery.still?.[check]?.test(lacking) ?? false
  const line = (finding: Finding | undefined) => (finding ? (said({ ...next, findings: [{ ...finding, explainedBy: undefined } as never] })[0] ?? '') : 'nothing found')
  const afterwards = await afterHealing(bed)
  const flapping = recovery.when === 'between the looks' ? first.findings.filter(({ flapping }) => flapping) : next.findings.filter(({ flapping }) => flapping)
  const wrong = [
    ...firstLook(recovery, first, ends),
    ...(begins && !told.some(isBegun) ? [`${begins.id} is not named`] : []),
    ...(begins && told[0] && told.some(isBegun) && !isBegun(told[0]) && !isLeft(told[0]) ? [`first: ${line(told[0])}`] : []),
    ...told.filter(finding => !isBegun(finding) && !isLeft(finding)).map(finding => `not so: ${line(finding)}`),
    ...afterwards.map(text => `not healed: ${text}`),
  ]
  return {
    recovery: nameOf(recovery), ok: wrong.length === 0, wrong,
    before: line(rootsOf(first).find(finding => isRoot(finding, ends))),
    after: line(told.find(isBegun)),
    leftBehind: [...new Set(told.filter(finding => !isBegun(finding) && isLeft(finding)).map(({ check }) => check))],
    flapping: [...new Set(flapping.map(({ check }) => check))],
  }
}

type Finding = SweepReport['findings'][number]
const rootsOf = (report: SweepReport): Finding[] => report.findings.filter(({ explainedBy }) => explainedBy === undefined)

/** What is wrong with the sweep that saw the first fault: it names it; where it ended between the looks, as flapping, with what each look saw. */
function firstLook({ when }: Recovery, report: SweepReport, fault: Fault): string[] {
  const seen = report.findings.filter(finding => isRoot(finding, fault))
  if (seen.length === 0) return [`${fault.id} is not named while it is there`]
  if (when === 'after a sweep') return []
  return seen.flatMap(({ flapping, otherLook }) => [...(flapping ? [] : [`${fault.id} stands, although it had gone at the second look`]), ...(flapping && !otherLook?.length ? [`${fault.id} flaps without what the other look saw`] : [])])
}

/** A sweep in which something happens once its first look has found the fault. */
async function sweepWith(bed: Bed, fault: Fault, change: () => Promise<void>): Promise<SweepReport> {
  let changed: Promise<void> | undefined
  const onEvent = (event: SweepEvent) => {
    if (event.type === 'verdict' && !event.final && event.verdict.findings.some(finding => isRoot(finding, fault))) changed ??= change()
  }
  const report = await bed.sweep(onEvent)
  if (!changed) throw new Error(`${fault.id} was not found by the first look`)
  await changed
  return report
}
