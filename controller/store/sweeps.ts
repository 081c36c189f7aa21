import { severities } from '#judge/check.ts'
import type { Cluster, Trench } from '#judge/subject.ts'
import { all, change, type Database, first, type Row } from './database.ts'
import type { Page, PageRequest, SweepRecord, SweepState, TrenchResult, Trouble } from './records.ts'
import { pageOf, Where } from './where.ts'

export interface SweepFilter {
  /** those the caller may read; absent: all */
  readonly namespaces?: readonly string[]
  /** `cluster/namespace/name`, or a name */
  readonly trench?: string
  readonly namespace?: string
  readonly state?: SweepState
  /** started at or after; Unix ms */
  readonly since?: number
}

export interface SweepStart extends Pick<SweepRecord, 'id' | 'selection' | 'startedBy' | 'origin' | 'startedAt'> {
  readonly trenches: readonly Pick<Trench, 'id' | 'namespace' | 'name'>[]
}

export function beginSweep(database: Database, { id, selection, startedBy, origin, startedAt, trenches }: SweepStart): void {
  const { seq } = change(database, 'INSERT INTO sweeps (id, state, selection, started_by, origin, started_at) VALUES (?, ?, ?, ?, ?, ?)', id, 'running', JSON.stringify(selection), startedBy, origin, startedAt)
  const insert = database.prepare('INSERT INTO sweep_trenches (sweep, trench, namespace, name) VALUES (?, ?, ?, ?)')
  for (const trench of trenches) insert.run(seq, trench.id, trench.namespace, trench.name)
}

export function endSweep(database: Database, { id, state, endedAt, problem }: { readonly id: string; readonly state: SweepState; readonly endedAt: number; readonly problem?: Trouble }): void {
  change(database, 'UPDATE sweeps SET state = ?, ended_at = ?, problem = ? WHERE id = ?', state, endedAt, problem ? JSON.stringify(problem) : null, id)
}

/** What still says `running` when a store is opened was cut off by the end of its controller; an `Idempotency-Key` under which nothing had been made yet is free again. @returns how many sweeps */
export function interruptSweeps(database: Database, { at }: { readonly at: number }): number {
  change(database, `DELETE FROM promises WHERE (kind = 'sweep' AND id NOT IN (SELECT id FROM sweeps)) OR (kind = 'silence' AND id NOT IN (SELECT id FROM silences))`)
  return change(database, `UPDATE sweeps SET state = 'interrupted', ended_at = ?, problem = ? WHERE state = 'running'`, at, JSON.stringify({ code: 'interrupted', detail: 'the controller ended while the sweep ran' })).changes
}

export function sweep(database: Database, { id, namespaces }: { readonly id: string; readonly namespaces?: readonly string[] }): SweepRecord | undefined {
  const where = new Where().is('id', id)
  const row = first(database, `SELECT * FROM sweeps WHERE ${within(where, { ...(namespaces && { namespaces }) }).sql}`, ...where.values)
  return row && sweepOf(database, row, namespaces)
}

/** Newest first. Of a sweep over several trenches only those of `namespaces` are told; one that has none of them is left out. */
export function listSweeps(database: Database, filter: SweepFilter & PageRequest): Page<SweepRecord> {
  const where = within(new Where().is('state', filter.state).is('started_at', filter.since, '>=').is('seq', filter.after?.[0], '<'), filter)
  return pageOf(database, `SELECT * FROM sweeps WHERE ${where.sql} ORDER BY seq DESC`, where, filter.limit, ['seq'], row => sweepOf(database, row, filter.namespaces))
}

/** Only sweeps that meant a trench of these. */
function within(where: Where, { namespaces, namespace, trench }: SweepFilter): Where {
  if (namespaces === undefined && namespace === undefined && trench === undefined) return where
  const meant = new Where().oneOf('namespace', namespaces).is('namespace', namespace).trench('trench', 'name', trench)
  return where.add(`seq IN (SELECT sweep FROM sweep_trenches WHERE ${meant.sql})`, ...meant.values)
}

/** When the newest sweep began that did so by then; undefined: there is none. Unix ms */
export function newestSweep(database: Database, { by }: { readonly by: number }): number | undefined {
  return (first(database, 'SELECT max(started_at) AS at FROM sweeps WHERE started_at <= ?', by)?.['at'] ?? undefined) as number | undefined
}

/** Namespaces of trenches that were ever looked at, as far as that is kept. */
export function namespaces(database: Database): readonly string[] {
  return all(database, 'SELECT DISTINCT namespace FROM sweep_trenches').map(row => row['namespace'] as string)
}

function sweepOf(database: Database, row: Row, namespaces: readonly string[] | undefined): SweepRecord {
  const may = (namespace: unknown) => namespaces === undefined || namespaces.includes(namespace as string)
  const planned = all(database, 'SELECT trench, namespace FROM sweep_trenches WHERE sweep = ?', row['seq'] as number).filter(({ namespace }) => may(namespace))
  const trenches = all(database, 'SELECT id, trench, cluster, namespace, name, started_at, ended_at, counts, worst FROM reports WHERE sweep = ? ORDER BY seq', row['seq'] as number).map(resultOf)
  return {
    id: row['id'] as string,
    state: row['state'] as SweepState,
    selection: JSON.parse(row['selection'] as string) as SweepRecord['selection'],
    startedBy: row['started_by'] as string,
    origin: row['origin'] as string,
    startedAt: row['started_at'] as number,
    ...(row['ended_at'] !== null && { endedAt: row['ended_at'] as number }),
    ...(row['problem'] !== null && { problem: JSON.parse(row['problem'] as string) as Trouble }),
    planned: planned.map(({ trench }) => trench as string),
    trenches: trenches.filter(({ trench }) => may(trench.namespace)),
  }
}

export function resultOf(row: Row): TrenchResult {
  return {
    report: row['id'] as string,
    trench: { id: row['trench'] as string, cluster: JSON.parse(row['cluster'] as string) as Cluster, namespace: row['namespace'] as string, name: row['name'] as string },
    startedAt: row['started_at'] as number,
    endedAt: row['ended_at'] as number,
    counts: JSON.parse(row['counts'] as string) as TrenchResult['counts'],
    ...(row['worst'] !== null && { worst: severities[row['worst'] as number] ?? 'note' }),
  }
}
