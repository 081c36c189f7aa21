import { all, change, type Database, first, type Row } from './database.ts'
import type { Page, PageRequest, Silence } from './records.ts'
import { pageOf, Where } from './where.ts'

export interface SilenceFilter {
  readonly namespaces?: readonly string[]
  readonly trench?: string
  /** only those that still hold at this time; Unix ms */
  readonly at?: number
}

export function addSilence(database: Database, { id, namespace, trench, finding, check, reason, by, createdAt, until }: Silence): void {
  change(database, 'INSERT INTO silences (id, namespace, trench, finding, check_id, reason, created_by, created_at, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    id, namespace, trench, finding ?? null, check ?? null, reason, by, createdAt, until)
}

/** Newest first. */
export function listSilences(database: Database, filter: SilenceFilter & PageRequest): Page<Silence> {
  const where = new Where().oneOf('namespace', filter.namespaces).is('trench', filter.trench).is('until', filter.at, '>').is('seq', filter.after?.[0], '<')
  return pageOf(database, `SELECT * FROM silences WHERE ${where.sql} ORDER BY seq DESC`, where, filter.limit, ['seq'], silenceOf)
}

export function silence(database: Database, { id, namespaces }: { readonly id: string; readonly namespaces?: readonly string[] }): Silence | undefined {
  const where = new Where().is('id', id).oneOf('namespace', namespaces)
  const row = first(database, `SELECT * FROM silences WHERE ${where.sql}`, ...where.values)
  return row && silenceOf(row)
}

/** Those that hold now, of these trenches. */
export function silencesAt(database: Database, { at, trenches }: { readonly at: number; readonly trenches?: readonly string[] }): readonly Silence[] {
  const where = new Where().is('until', at, '>').oneOf('trench', trenches)
  return all(database, `SELECT * FROM silences WHERE ${where.sql} ORDER BY seq`, ...where.values).map(silenceOf)
}

/** It ends now, and stays listed. */
export function endSilence(database: Database, { id, at }: { readonly id: string; readonly at: number }): void {
  change(database, 'UPDATE silences SET until = min(until, ?) WHERE id = ?', at, id)
}

function silenceOf(row: Row): Silence {
  return {
    id: row['id'] as string, trench: row['trench'] as string, namespace: row['namespace'] as string,
    ...(row['finding'] !== null && { finding: row['finding'] as string }), ...(row['check_id'] !== null && { check: row['check_id'] as string }),
    reason: row['reason'] as string, by: row['created_by'] as string, createdAt: row['created_at'] as number, until: row['until'] as number,
  }
}
