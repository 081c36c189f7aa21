import { setTimeout as delay } from 'node:timers/promises'
import { checks } from '#profiles/meridio/registry.gen.ts'
import type { SweepReport } from '../../controller/sweep/report.ts'
import { type Bed, said, unknowns } from './bed.ts'
import type { Fault } from './trench/faults/fault.ts'
import { healFault, injectFault } from './trench/faults/index.ts'
import { knownPods } from './trench/shapes.ts'

/** What one fault came to: what the first line said, what was folded under it, and whether healing brought ok back. */
export interface Round {
  readonly fault: string
  readonly first: string
  readonly rootNamed: boolean
  readonly folded: number
  /** what is folded, by check */
  readonly symptoms: readonly string[]
  /** roots besides the first that are not of the fault's root check and pods */
  readonly others: readonly string[]
  readonly sweepMs: number
  readonly healed: boolean
  readonly afterwards: readonly string[]
}

/** Injects a fault, sweeps, heals, sweeps until all is ok again. `meanwhile`: what else is asked while the fault is there. */
export async function faultRound(bed: Bed, fault: Fault, { meanwhile }: { readonly meanwhile?: () => Promise<void> } = {}): Promise<Round> {
  await injectFault(bed.lab.trench, fault)
  let report: SweepReport
  try {
    await delay(fault.settleMs)
    report = await bed.sweep()
    await meanwhile?.()
  } finally {
    await healFault(bed.lab.trench, fault, { timeoutMs: 60_000 })
  }
  const roots = report.findings.filter(finding => finding.explainedBy === undefined)
  const [first] = roots
  const afterwards = await afterHealing(bed)
  return {
    fault: fault.id,
    first: said(report)[0] ?? 'nothing found',
    rootNamed: first !== undefined && isRoot(first, fault),
    folded: foldedIn(report),
    symptoms: symptomsIn(report),
    others: roots.filter(root => !isRoot(root, fault)).map(root => `${root.check} (${root.severity})`),
    sweepMs: report.endedAt - report.startedAt,
    healed: afterwards.length === 0,
    afterwards,
  }
}

/** Sweeps until all is ok again, at most `healSweeps` times. What is still said after the last, with unknowns; empty: well. */
export async function afterHealing(bed: Bed, healSweeps = 8): Promise<readonly string[]> {
  let after = await bed.sweep()
  for (let tries = 1; tries < healSweeps && !isWell(after); tries++) {
    await delay(500)
    after = await bed.sweep()
  }
  return isWell(after) ? [] : [...said(after), ...unknowns(after)]
}

/** Findings and unknown verdicts that stand under another finding. */
export function foldedIn(report: SweepReport): number {
  return report.findings.filter(isFolded).length + report.verdicts.filter(verdict => verdict.verdict === 'unknown' && isFolded(verdict)).length
}

/** Checks whose findings stand under another, each once with its pods: `lb-1,lb-2 bfd-session-down`; then how many are unknown because of one. */
export function symptomsIn(report: SweepReport): string[] {
  const told = [...Map.groupBy(report.findings.filter(isFolded), ({ check }) => check)].map(([check, list]) => `${[...new Set(list.map(({ subject }) => labNameOf(subject.name)))].sort().join(',')} ${check}`)
  const blind = new Set(report.verdicts.filter(verdict => verdict.verdict === 'unknown' && isFolded(verdict)).map(({ check }) => check)).size
  return blind === 0 ? told : [...told, `${blind} check${blind === 1 ? '' : 's'} unknown`]
}

const isFolded = ({ explainedBy }: { readonly explainedBy?: string }): boolean => explainedBy !== undefined

const labNameOf = (podName: string): string => knownPods.find(pod => pod.podName === podName)?.name ?? podName

/** Nothing above `note`, nothing unknown. */
export function isWell(report: SweepReport): boolean {
  return report.findings.every(finding => finding.severity === 'note') && report.counts.unknown === 0
}

/** Whether a finding is what fault.json names as the root: a check that carries the catalogue number, in one of the pods (a trench-wide check stands for all), in the family of the fault. */
export function isRoot(finding: SweepReport['findings'][number], fault: Fault): boolean {
  const source = checks.find(({ id }) => id === finding.check)?.source ?? ''
  const patterns = fault.root.pod.split(/[,/]/).map(pattern => new RegExp(`^${pattern.replaceAll('*', '.*')}$`))
  const pod = labNameOf(finding.subject.name)
  const family = fault.family === undefined || finding.about.family === undefined || finding.about.family === `IP${fault.family}`
  return family && new RegExp(`\\b${fault.root.check}\\b`).test(source) && (finding.subject.role === 'trench' || patterns.some(pattern => pattern.test(pod)))
}
