import type { Finding } from '#judge/finding.ts'
import { subjectKey } from '#judge/subject.ts'
import type { ChangeNotice } from './notify.ts'

/** An alert as Alertmanager's API v2 takes it (`POST /api/v2/alerts`, `postableAlert`). */
export interface Alert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** RFC 3339 */
  readonly startsAt: string
  readonly endsAt: string
}

/** An alert without an end is over for Alertmanager after its `resolve_timeout`, five minutes by default; what stands is told once. */
const standsForMs = 7 * 86_400_000

/** Alerts of what appeared, and the end of those that are gone. Labels are the identity: of both the same, without anything that changes. Symptoms of a root are left to the root. */
export function alertsOf({ appeared, gone, at }: Pick<ChangeNotice, 'appeared' | 'gone' | 'at'>): readonly Alert[] {
  const time = new Date(at).toISOString()
  return [
    ...appeared.filter(({ explainedBy }) => explainedBy === undefined).map(finding => ({ ...alertOf(finding), startsAt: time, endsAt: new Date(at + standsForMs).toISOString() })),
    ...gone.map(finding => ({ ...alertOf(finding), startsAt: time, endsAt: time })),
  ]
}

function alertOf(finding: Finding): Pick<Alert, 'labels' | 'annotations'> {
  const [, namespace = '', trench = ''] = finding.trench.split('/')
  return {
    labels: { alertname: finding.check, severity: finding.severity, namespace, trench, subject: subjectKey(finding.subject), finding: finding.key },
    annotations: { summary: finding.text, description: finding.why, fix: finding.fix },
  }
}
