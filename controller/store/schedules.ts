import { all, change, type Database, first, type Row } from './database.ts'
import { Where } from './where.ts'

/** A schedule as it is kept; what `body` holds is the scheduler's matter. */
export interface ScheduleRow {
  readonly id: string
  /** absent: the whole cluster */
  readonly namespace?: string
  readonly body: unknown
  /** id and time (Unix ms) of the last sweep it began */
  readonly lastSweep?: string
  readonly lastAt?: number
}

export function putSchedule(database: Database, { id, namespace, body }: Pick<ScheduleRow, 'id' | 'namespace' | 'body'>): void {
  change(database, 'INSERT INTO schedules (id, namespace, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET namespace = excluded.namespace, body = excluded.body', id, namespace ?? null, JSON.stringify(body))
}

export function noteRun(database: Database, { id, sweep, at }: { readonly id: string; readonly sweep: string; readonly at: number }): void {
  change(database, 'UPDATE schedules SET last_sweep = ?, last_at = ? WHERE id = ?', sweep, at, id)
}

export function dropSchedule(database: Database, id: string): void {
  change(database, 'DELETE FROM schedules WHERE id = ?', id)
}

export function schedules(database: Database, { namespaces }: { readonly namespaces?: readonly string[] } = {}): readonly ScheduleRow[] {
  const where = new Where().oneOf('namespace', namespaces)
  return all(database, `SELECT * FROM schedules WHERE ${where.sql} ORDER BY seq`, ...where.values).map(rowOf)
}

export function schedule(database: Database, { id, namespaces }: { readonly id: string; readonly namespaces?: readonly string[] }): ScheduleRow | undefined {
  const where = new Where().is('id', id).oneOf('namespace', namespaces)
  const row = first(database, `SELECT * FROM schedules WHERE ${where.sql}`, ...where.values)
  return row && rowOf(row)
}

function rowOf(row: Row): ScheduleRow {
  return {
    id: row['id'] as string, ...(row['namespace'] !== null && { namespace: row['namespace'] as string }), body: JSON.parse(row['body'] as string) as unknown,
    ...(row['last_sweep'] !== null && { lastSweep: row['last_sweep'] as string, lastAt: row['last_at'] as number }),
  }
}
