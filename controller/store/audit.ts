import { change, type Database, first } from './database.ts'
import type { AuditEntry, Page, PageRequest } from './records.ts'
import { pageOf, Where } from './where.ts'

export function addAudit(database: Database, { at, caller, action, namespace, details }: AuditEntry): void {
  change(database, 'INSERT INTO audit (at, caller, action, namespace, body) VALUES (?, ?, ?, ?, ?)', at, caller, action, namespace ?? null, JSON.stringify(details))
}

/** Newest first. With `namespaces`, only what was done in them: what concerned the whole cluster is not told. */
export function listAudit(database: Database, filter: { readonly namespaces?: readonly string[]; readonly caller?: string; readonly action?: string; readonly since?: number } & PageRequest): Page<AuditEntry> {
  const where = new Where().oneOf('namespace', filter.namespaces).is('caller', filter.caller).is('action', filter.action).is('at', filter.since, '>=').is('seq', filter.after?.[0], '<')
  return pageOf(database, `SELECT * FROM audit WHERE ${where.sql} ORDER BY seq DESC`, where, filter.limit, ['seq'], row => ({
    at: row['at'] as number, caller: row['caller'] as string, action: row['action'] as string,
    ...(row['namespace'] !== null && { namespace: row['namespace'] as string }), details: JSON.parse(row['body'] as string) as AuditEntry['details'],
  }))
}

/**
 * A caller's `Idempotency-Key`: the first use names what was made, a later one gets the same name back. `hash` is that of the request: the key with another request is a mistake of the caller's.
 */
export function promise(database: Database, { caller, key, hash, kind, id, at }: { readonly caller: string; readonly key: string; readonly hash: string; readonly kind: string; readonly id: string; readonly at: number }): { readonly id: string; readonly outcome: 'new' | 'same' | 'other' } {
  const known = first(database, 'SELECT hash, kind, id FROM promises WHERE caller = ? AND key = ?', caller, key)
  if (known) return { id: known['id'] as string, outcome: known['hash'] === hash && known['kind'] === kind ? 'same' : 'other' }
  change(database, 'INSERT INTO promises (caller, key, hash, kind, id, at) VALUES (?, ?, ?, ?, ?, ?)', caller, key, hash, kind, id, at)
  return { id, outcome: 'new' }
}

/** What was promised could not be done: the key is free again. */
export function breakPromise(database: Database, { caller, key }: { readonly caller: string; readonly key: string }): void {
  change(database, 'DELETE FROM promises WHERE caller = ? AND key = ?', caller, key)
}
