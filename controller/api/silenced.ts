import type { Finding } from '#judge/finding.ts'
import { covers, type Silence } from '../store/records.ts'
import type { SweepReport } from '../sweep/report.ts'

/** A finding that shall not count for now. */
export type FindingView = Finding & { readonly silenced?: Pick<Silence, 'id' | 'reason' | 'until'> }

export interface ReportView extends SweepReport {
  readonly findings: readonly FindingView[]
}

/** Marks what silences cover, in the report's list and in its verdicts. */
export function markSilenced(report: SweepReport, silences: readonly Silence[]): ReportView {
  const here = silences.filter(({ trench }) => trench === report.trench.id)
  if (here.length === 0) return report
  return { ...report, findings: report.findings.map(finding => silencedFinding(finding, here)), verdicts: report.verdicts.map(verdict => ({ ...verdict, findings: verdict.findings.map(finding => silencedFinding(finding, here)) })) }
}

export function silencedFinding(finding: Finding, silences: readonly Silence[]): FindingView {
  const silence = silences.find(each => covers(each, finding))
  return silence ? { ...finding, silenced: { id: silence.id, reason: silence.reason, until: silence.until } } : finding
}
