import type { Finding, Proof, Verdict } from '#judge/finding.ts'
import type { Sight, Snapshot } from '#judge/snapshot.ts'
import type { Subject } from '#judge/subject.ts'
import type { Dropped, RunEvent } from '../schedule/event-line.ts'
import { countVerdicts, type SweepReport } from '../sweep/report.ts'

/** Namespaces whose results a caller may read; undefined: all. */
export type Readable = readonly string[] | undefined

/** Of pods in namespaces the caller may not read only that they exist: what was judged there is unknown, with the reason. */
export function redactReport(report: SweepReport, readable: Readable): SweepReport {
  if (readable === undefined) return report
  const findings = report.findings.filter(({ subject }) => isReadable(subject, readable))
  const keys = new Set(findings.map(({ key }) => key))
  const cut = (finding: Finding): Finding => {
    const { explainedBy, ...rest } = redactFinding(finding, readable)
    return explainedBy !== undefined && keys.has(explainedBy) ? { ...rest, explainedBy } : rest
  }
  const verdicts = report.verdicts.map(verdict => redactVerdict(verdict, readable)).map(({ explainedBy, ...verdict }) => ({ ...verdict, findings: verdict.findings.map(cut), ...(explainedBy !== undefined && keys.has(explainedBy) && { explainedBy }) }))
  const pods = report.pods.map(pod => (mayRead(namespaceOf(pod.pod), readable) ? pod : { pod: pod.pod, role: pod.role, node: '', unreachable: hidden(namespaceOf(pod.pod)) }))
  return { ...report, pods, findings: findings.map(cut), verdicts, counts: countVerdicts(verdicts) }
}

/** What pods elsewhere showed is left out of a finding's proof. */
export function redactFinding(finding: Finding, readable: Readable): Finding {
  if (readable === undefined) return finding
  const cut = (proofs: readonly Proof[]) => proofs.filter(proof => isProofReadable(proof, readable))
  return { ...finding, evidence: cut(finding.evidence), ...(finding.otherLook && { otherLook: cut(finding.otherLook) }) }
}

export function redactSnapshot(snapshot: Snapshot, readable: Readable): Snapshot {
  if (readable === undefined) return snapshot
  const sights = snapshot.sights.map((sight): Sight => {
    if (!isReadable(sight.subject, readable)) return { subject: bare(sight.subject), observations: [], records: [], unreachable: hidden(sight.subject.namespace) }
    if (sight.subject.role !== 'cluster') return sight
    const records = sight.records.filter(({ argv }) => mayRead(askedNamespace(argv), readable))
    const observations = sight.observations.filter(({ commands }) => commands.every(command => mayRead(askedNamespace(command.split(' ')), readable)))
    return { ...sight, records, observations }
  })
  return { ...snapshot, sights, trench: { ...snapshot.trench, pods: snapshot.trench.pods.map(pod => (isReadable(pod, readable) ? pod : bare(pod))) } }
}

/** Keeps an event's place: what may not be told is `hidden`. */
export function redactEvent<E extends RunEvent | Dropped>(event: E, readable: Readable): E | { readonly cursor: number; readonly type: 'hidden' } {
  if (readable === undefined || event.type === 'dropped' || event.type === 'ended') return event
  const gone = { cursor: event.cursor, type: 'hidden' as const }
  if (event.type === 'started') return { ...event, trenches: event.trenches.filter(trench => mayRead(trench.split('/')[1] ?? '', readable)) }
  if (event.trench !== undefined && !mayRead(event.trench.split('/')[1] ?? '', readable)) return gone
  if (event.type === 'report') return { ...event, report: redactReport(event.report, readable) }
  if (event.type === 'verdict') return { ...event, verdict: redactVerdict(event.verdict, readable) }
  return 'pod' in event && !mayRead(namespaceOf(event.pod), readable) ? gone : event
}

function redactVerdict(verdict: Verdict, readable: readonly string[]): Verdict {
  const { subject } = verdict
  if (isReadable(subject, readable)) return { ...verdict, findings: verdict.findings.map(finding => redactFinding(finding, readable)) }
  return { check: verdict.check, subject: bare(subject), severity: verdict.severity, verdict: 'unknown', reason: hidden(subject.namespace), unseen: [], findings: [] }
}

function isProofReadable({ pod, argv }: Proof, readable: readonly string[]): boolean {
  return mayRead(pod === 'cluster' ? askedNamespace(argv) : pod === 'trench' ? undefined : namespaceOf(pod), readable)
}

/** `kubectl get pods -n NAMESPACE -o json` */
function askedNamespace(argv: readonly string[]): string | undefined {
  const flag = argv.indexOf('-n')
  return flag < 0 ? undefined : argv[flag + 1]
}

const isReadable = (subject: Subject, readable: readonly string[]): boolean => subject.role === 'trench' || subject.role === 'cluster' || readable.includes(subject.namespace)
const mayRead = (namespace: string | undefined, readable: readonly string[]): boolean => namespace === undefined || readable.includes(namespace)
const namespaceOf = (pod: string): string | undefined => (pod.includes('/') ? pod.split('/')[0] : undefined)
const hidden = (namespace: string | undefined): string => `you may not read namespace ${namespace}`
const bare = ({ role, namespace, name }: Subject): Subject => ({ role, namespace, name, uid: '', node: '', traits: {} })
