import { type Severity, severities } from '#judge/check.ts'
import { type Finding, sawAll } from '#judge/finding.ts'
import { subjectKey } from '#judge/subject.ts'
import type { SweepReport } from '../sweep/report.ts'
import { all, change, type Database, first, pack, type Row, unpack } from './database.ts'
import type { FindingChange, FindingRecord, FindingState, Page, PageRequest } from './records.ts'
import { pageOf, Where } from './where.ts'

export interface FindingFilter {
  readonly states?: readonly FindingState[]
  readonly severities?: readonly Severity[]
  readonly check?: string
  readonly trench?: string
  readonly namespace?: string
  /** those the caller may read: of the trench, and of what was judged in it */
  readonly namespaces?: readonly string[]
  /** last seen at or after; Unix ms */
  readonly since?: number
}

/** What a report says of findings over time: new ones, those that came back, those that flap, and those that are gone. What could not be looked at stays as it was. */
export function trackFindings(database: Database, report: SweepReport): void {
  for (const finding of report.findings) see(database, finding, report)
  const seen = new Set(report.findings.map(finding => finding.key))
  const blind = new Set(report.verdicts.filter(verdict => !sawAll(verdict)).map(verdict => `${verdict.check} ${subjectKey(verdict.subject)}`))
  const open = all(database, `SELECT seq, key, check_id, subject FROM findings WHERE trench = ? AND state IN ('open', 'flapping')`, report.trench.id)
  for (const row of open) {
    if (seen.has(row['key'] as string) || blind.has(`${row['check_id']} ${row['subject']}`)) continue
    change(database, `UPDATE findings SET state = 'gone', gone_at = ? WHERE seq = ?`, report.endedAt, row['seq'] as number)
    note(database, row['seq'] as number, 'gone', report)
  }
}

/** Worst first, then oldest. */
export function listFindings(database: Database, filter: FindingFilter & PageRequest): Page<FindingRecord> {
  const [severity, seq = 0] = filter.after ?? []
  const where = new Where().oneOf('state', filter.states).oneOf('severity', filter.severities?.map(name => severities.indexOf(name))).is('check_id', filter.check)
    .oneOf('namespace', filter.namespaces).oneOf('place', filter.namespaces).is('namespace', filter.namespace).is('last_seen', filter.since, '>=')
  if (filter.trench !== undefined) where.add(filter.trench.includes('/') ? 'trench = ?' : `trench IN ${trenchesNamed}`, filter.trench)
  if (severity !== undefined) where.add('(severity, seq) > (?, ?)', severity, seq)
  return pageOf(database, `SELECT * FROM findings WHERE ${where.sql} ORDER BY severity, seq`, where, filter.limit, ['severity', 'seq'], recordOf)
}

/** One finding with its history, oldest change first; at most the last 1000 changes. */
export function finding(database: Database, { key, namespaces }: { readonly key: string; readonly namespaces?: readonly string[] }): (FindingRecord & { readonly history: readonly FindingChange[] }) | undefined {
  const where = new Where().is('key', key).oneOf('namespace', namespaces).oneOf('place', namespaces)
  const row = first(database, `SELECT * FROM findings WHERE ${where.sql}`, ...where.values)
  if (!row) return undefined
  const history = all(database, 'SELECT at, change, report FROM changes WHERE finding = ? ORDER BY seq DESC LIMIT 1000', row['seq'] as number).toReversed()
  return { ...recordOf(row), history: history.map(row => ({ at: row['at'], change: row['change'], report: row['report'] }) as FindingChange) }
}

/** Open findings by check and severity, for `/metrics`. */
export function countFindings(database: Database): readonly { readonly check: string; readonly severity: Severity; readonly state: FindingState; readonly count: number }[] {
  return all(database, `SELECT check_id, severity, state, count(*) AS count FROM findings INDEXED BY findings_counted WHERE state IN ('open', 'flapping') GROUP BY check_id, severity, state ORDER BY 1, 2, 3`)
    .map(row => ({ check: row['check_id'] as string, severity: severities[row['severity'] as number] ?? 'note', state: row['state'] as FindingState, count: row['count'] as number }))
}

// from one trench to the next by the index: as many steps as there are trenches, not findings
const trenchesNamed = `(WITH RECURSIVE known (id) AS (SELECT min(trench) FROM findings UNION ALL SELECT (SELECT min(trench) FROM findings WHERE trench > id) FROM known WHERE id IS NOT NULL) SELECT id FROM known WHERE id LIKE '%/' || ?)`

function see(database: Database, finding: Finding, report: SweepReport): void {
  const known = first(database, 'SELECT seq, state FROM findings WHERE key = ?', finding.key)
  const state: FindingState = finding.flapping ? 'flapping' : 'open'
  const body = pack(finding)
  const rank = severities.indexOf(finding.severity)
  if (!known) {
    const { seq } = change(database, `INSERT INTO findings (key, trench, namespace, place, check_id, subject, severity, state, first_seen, last_seen, flaps, report, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      finding.key, finding.trench, report.trench.namespace, finding.subject.namespace, finding.check, subjectKey(finding.subject), rank, state, report.endedAt, report.endedAt, finding.flapping ? 1 : 0, report.id, body)
    return note(database, seq, finding.flapping ? 'flapping' : 'appeared', report)
  }
  const returned = known['state'] === 'gone'
  change(database, 'UPDATE findings SET state = ?, severity = ?, last_seen = ?, gone_at = NULL, flaps = flaps + ?, report = ?, body = ? WHERE seq = ?',
    state, rank, report.endedAt, returned || finding.flapping ? 1 : 0, report.id, body, known['seq'] as number)
  if (returned || known['state'] !== state) note(database, known['seq'] as number, finding.flapping ? 'flapping' : returned ? 'returned' : 'steady', report)
}

function note(database: Database, seq: number, what: FindingChange['change'], report: SweepReport): void {
  change(database, 'INSERT INTO changes (finding, at, change, report) VALUES (?, ?, ?, ?)', seq, report.endedAt, what, report.id)
}

function recordOf(row: Row): FindingRecord {
  return {
    key: row['key'] as string,
    state: row['state'] as FindingState,
    firstSeen: row['first_seen'] as number,
    lastSeen: row['last_seen'] as number,
    ...(row['gone_at'] !== null && { goneAt: row['gone_at'] as number }),
    flaps: row['flaps'] as number,
    finding: unpack<Finding>(row['body']),
    report: row['report'] as string,
  }
}
