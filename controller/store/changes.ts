import type { Finding } from '#judge/finding.ts'
import { all, type Database, first, type Row, unpack } from './database.ts'
import type { FindingChangeEvent } from './records.ts'
import { Where } from './where.ts'

/** What became of findings after a place in the order, oldest first. `cursor` grows and has gaps. What was dropped with its finding meanwhile is not told. */
export function changesAfter(database: Database, { after, limit, trench, namespaces }: { readonly after: number; readonly limit: number; readonly trench?: string; readonly namespaces?: readonly string[] }): readonly FindingChangeEvent[] {
  const where = new Where().is('changes.seq', after, '>').oneOf('findings.namespace', namespaces).oneOf('findings.place', namespaces)
  if (trench !== undefined) where.add(trench.includes('/') ? 'findings.trench = ?' : `findings.trench LIKE '%/' || ?`, trench)
  return all(database, `SELECT changes.seq, changes.at, changes.change, changes.report, findings.body FROM changes CROSS JOIN findings ON findings.seq = changes.finding WHERE ${where.sql} ORDER BY changes.seq LIMIT ?`, ...where.values, limit)
    .map(row => ({ cursor: row['seq'] as number, type: row['change'] as FindingChangeEvent['type'], at: row['at'] as number, report: row['report'] as string, finding: unpack<Finding>(row['body']) }))
}

/** What a sweep changed, in the order of its reports: findings that did not stand before it, and those it found to be gone. What could not be looked at meanwhile had not gone. */
export function changedBy(database: Database, { sweep }: { readonly sweep: string }): { readonly appeared: readonly Finding[]; readonly gone: readonly Finding[] } {
  const rows = all(database, `SELECT changes.change, findings.body, (SELECT earlier.change FROM changes AS earlier WHERE earlier.finding = changes.finding AND earlier.seq < changes.seq ORDER BY earlier.seq DESC LIMIT 1) AS earlier
    FROM sweeps JOIN reports ON reports.sweep = sweeps.seq JOIN changes ON changes.report = reports.id JOIN findings ON findings.seq = changes.finding WHERE sweeps.id = ? ORDER BY changes.seq`, sweep)
  const findings = (meant: (row: Row) => boolean): readonly Finding[] => rows.filter(meant).map(row => unpack<Finding>(row['body']))
  return {
    appeared: findings(({ change, earlier }) => change !== 'gone' && (earlier === null || earlier === 'gone')),
    gone: findings(({ change }) => change === 'gone'),
  }
}

/** The place of the newest change; 0: there was none. */
export function lastChange(database: Database): number {
  return Number(first(database, 'SELECT max(seq) AS seq FROM changes')?.['seq'] ?? 0)
}
