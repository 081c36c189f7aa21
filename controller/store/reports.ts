import { type Severity, severities } from '#judge/check.ts'
import type { Finding, Verdict } from '#judge/finding.ts'
import type { Snapshot } from '#judge/snapshot.ts'
import type { SweepReport } from '../sweep/report.ts'
import { all, change, type Database, first, pack, type Row, unpack } from './database.ts'
import { trackFindings } from './findings.ts'
import type { Page, PageRequest } from './records.ts'
import { keepSnapshots } from './snapshots.ts'
import { pageOf, Where } from './where.ts'

/** A finding in a verdict is its position in the report's list; one that is not in the list stands as it is. */
interface PackedReport extends Omit<SweepReport, 'findings' | 'verdicts'> {
  readonly verdicts: readonly (Omit<Verdict, 'findings'> & { readonly findings: readonly (number | Finding)[] })[]
}

export interface SightingFilter {
  readonly severities?: readonly Severity[]
  readonly check?: string
  readonly trench?: string
  readonly namespaces?: readonly string[]
}

/** Keeps a trench's report with what it was judged from, and what became of each finding. All of it or nothing. */
export function saveReport(database: Database, { sweep, report, snapshots }: { readonly sweep: string; readonly report: SweepReport; readonly snapshots: readonly Snapshot[] }): void {
  const { findings, verdicts, ...rest } = report
  const positions = new Map(findings.map((finding, position) => [finding, position]))
  const body: PackedReport = { ...rest, verdicts: verdicts.map(verdict => ({ ...verdict, findings: verdict.findings.map(finding => positions.get(finding) ?? finding) })) }
  const ranks = findings.map(finding => severities.indexOf(finding.severity))
  const { seq } = change(database, `INSERT INTO reports (id, sweep, trench, cluster, namespace, name, started_at, ended_at, counts, worst, body)
    VALUES (?, (SELECT seq FROM sweeps WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    report.id, sweep, report.trench.id, JSON.stringify(report.trench.cluster), report.trench.namespace, report.trench.name, report.startedAt, report.endedAt, JSON.stringify(report.counts), ranks.length === 0 ? null : Math.min(...ranks), pack(body))
  const insert = database.prepare('INSERT INTO sightings (report, position, severity, check_id, body) VALUES (?, ?, ?, ?, ?)')
  findings.forEach((finding, position) => void insert.run(seq, position, ranks[position] ?? 0, finding.check, pack(finding)))
  keepSnapshots(database, seq, snapshots)
  trackFindings(database, report)
}

/** The reports of a sweep, in the order they ended. */
export function reportsOf(database: Database, { sweep, trench, namespaces }: { readonly sweep: string; readonly trench?: string; readonly namespaces?: readonly string[] }): readonly SweepReport[] {
  const where = new Where().is('sweeps.id', sweep).oneOf('reports.namespace', namespaces).trench('reports.trench', 'reports.name', trench)
  return all(database, `SELECT reports.seq, reports.body FROM reports JOIN sweeps ON sweeps.seq = reports.sweep WHERE ${where.sql} ORDER BY reports.seq`, ...where.values).map(row => reportOf(database, row))
}

export function report(database: Database, id: string): SweepReport | undefined {
  const row = first(database, 'SELECT seq, body FROM reports WHERE id = ?', id)
  return row && reportOf(database, row)
}

/** The last report of a trench before another one (a report id), or the last of all. */
export function reportBefore(database: Database, { trench, before }: { readonly trench: string; readonly before?: string }): SweepReport | undefined {
  const row = first(database, 'SELECT seq, body FROM reports WHERE trench = ? AND (? IS NULL OR seq < (SELECT seq FROM reports WHERE id = ?)) ORDER BY seq DESC LIMIT 1', trench, before ?? null, before ?? null)
  return row && reportOf(database, row)
}

/** Findings of a sweep in the order of its reports. */
export function findingsOf(database: Database, filter: { readonly sweep: string } & SightingFilter & PageRequest): Page<Finding> {
  const [report = 0, position = -1] = filter.after ?? []
  const where = new Where().is('sweeps.id', filter.sweep).oneOf('reports.namespace', filter.namespaces).trench('reports.trench', 'reports.name', filter.trench)
    .oneOf('sightings.severity', filter.severities?.map(severity => severities.indexOf(severity))).is('sightings.check_id', filter.check)
    .add('(sightings.report, sightings.position) > (?, ?)', report, position)
  return pageOf(database, `SELECT sightings.report, sightings.position, sightings.body FROM sweeps JOIN reports ON reports.sweep = sweeps.seq JOIN sightings ON sightings.report = reports.seq
    WHERE ${where.sql} ORDER BY sightings.report, sightings.position`, where, filter.limit, ['report', 'position'], row => unpack<Finding>(row['body']))
}

function reportOf(database: Database, row: Row): SweepReport {
  const findings = all(database, 'SELECT body FROM sightings WHERE report = ? ORDER BY position', row['seq'] as number).map(sighting => unpack<Finding>(sighting['body']))
  const packed = unpack<PackedReport>(row['body'])
  return { ...packed, findings, verdicts: packed.verdicts.map(verdict => ({ ...verdict, findings: verdict.findings.flatMap(finding => (typeof finding === 'number' ? (findings[finding] ?? []) : [finding])) })) }
}
