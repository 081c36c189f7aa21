import { type Finding, sawAll } from '#judge/finding.ts'
import { subjectKey } from '#judge/subject.ts'
import type { SweepReport } from '../sweep/report.ts'

/** What changed between two passes over the same trenches, by the findings' keys. What was not, or could not be, looked at the second time is neither gone nor the same. */
export interface Changes {
  readonly appeared: readonly Finding[]
  readonly gone: readonly Finding[]
  /** findings that are in both */
  readonly same: number
}

export function compareReports(before: readonly SweepReport[], after: readonly SweepReport[]): Changes {
  const was = byKey(before)
  const is = byKey(after)
  const looked = new Set(after.map(({ trench }) => trench.id))
  const blind = new Set(after.flatMap(report => report.verdicts.filter(verdict => !sawAll(verdict)).map(({ check, subject }) => `${report.trench.id} ${check} ${subjectKey(subject)}`)))
  const appeared = [...is.values()].filter(({ key }) => !was.has(key))
  const gone = [...was.values()].filter(({ key, trench, check, subject }) => !is.has(key) && looked.has(trench) && !blind.has(`${trench} ${check} ${subjectKey(subject)}`))
  return { appeared, gone, same: is.size - appeared.length }
}

function byKey(reports: readonly SweepReport[]): ReadonlyMap<string, Finding> {
  return new Map(reports.flatMap(report => report.findings).map(finding => [finding.key, finding]))
}
