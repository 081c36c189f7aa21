import { all, change, type Database, first, transaction } from './database.ts'
import { dropLooseTexts } from './snapshots.ts'

export interface Retention {
  readonly maxAgeMs: number
  /** of the database file, without its log; what is over is dropped, oldest sweeps first */
  readonly maxBytes: number
}

export interface Kept {
  /** sweeps dropped */
  readonly dropped: number
  readonly bytes: number
}

const batch = 100
// of what is only too much, not too old, no more goes than must
const few = 5
const dayMs = 86_400_000

/** Drops what is too old at `now` (Unix ms), then what is too much, whenever it began. The last sweep of each trench, running sweeps and open findings stay whatever their age. */
export function retain(database: Database, { now, maxAgeMs, maxBytes }: Retention & { readonly now: number }): Kept {
  let dropped = 0
  for (let more = true; more;) {
    const old = oldest(database, now - maxAgeMs, batch)
    drop(database, old)
    dropped += old.length
    more = old.length === batch
  }
  transaction(database, () => {
    change(database, `DELETE FROM findings WHERE state = 'gone' AND gone_at < ?`, now - maxAgeMs)
    change(database, 'DELETE FROM silences WHERE until < ?', now - maxAgeMs)
    change(database, 'DELETE FROM audit WHERE at < ?', now - Math.max(maxAgeMs, 365 * dayMs))
    change(database, 'DELETE FROM promises WHERE at < ?', now - dayMs)
  })
  while (bytesUsed(database) > maxBytes) {
    const old = oldest(database, Infinity, few)
    if (old.length === 0) break
    drop(database, old)
    dropped += old.length
  }
  if (dropped > 0) database.exec('PRAGMA incremental_vacuum')
  return { dropped, bytes: bytesUsed(database) }
}

export function bytesUsed(database: Database): number {
  const number = (pragma: string): number => Number(Object.values(first(database, `PRAGMA ${pragma}`) ?? {})[0] ?? 0)
  return (number('page_count') - number('freelist_count')) * number('page_size')
}

function oldest(database: Database, before: number, most: number): readonly number[] {
  return all(database, `SELECT seq FROM sweeps WHERE started_at < ? AND state <> 'running' AND seq NOT IN (SELECT sweep FROM reports WHERE seq IN (SELECT max(seq) FROM reports GROUP BY trench)) ORDER BY seq LIMIT ?`, before, most)
    .map(row => row['seq'] as number)
}

function drop(database: Database, sweeps: readonly number[]): void {
  if (sweeps.length === 0) return
  transaction(database, () => {
    for (const seq of sweeps) change(database, 'DELETE FROM sweeps WHERE seq = ?', seq)
    dropLooseTexts(database)
  })
}
