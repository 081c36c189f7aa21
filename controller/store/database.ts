import { deflateSync, inflateSync } from 'node:zlib'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { StoreError } from './errors.ts'
import { migrations } from './schema.ts'

export type Database = DatabaseSync

/**
 * Opens (or makes) the database file: write-ahead log, every commit on the disk before it returns, one controller at a time. Brings the tables to our version.
 * @throws {StoreError} `store-newer`; SQLite's errors for the rest
 */
export function openDatabase(file: string, now: number): Database {
  const database = new DatabaseSync(file, { timeout: 1000 })
  try {
    // auto_vacuum counts only before the first table; the exclusive lock keeps the log's index in memory and a second controller out
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY')
    migrate(database, file, now)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** All of it or nothing. */
export function transaction<T>(database: Database, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

export type Row = Readonly<Record<string, unknown>>

/** Every row of a query. Column types are those of schema.ts. */
export function all(database: Database, sql: string, ...values: readonly SQLInputValue[]): readonly Row[] {
  return database.prepare(sql).all(...values)
}

export function first(database: Database, sql: string, ...values: readonly SQLInputValue[]): Row | undefined {
  return database.prepare(sql).get(...values)
}

/** @returns rows changed, and the last row made */
export function change(database: Database, sql: string, ...values: readonly SQLInputValue[]): { readonly changes: number; readonly seq: number } {
  const { changes, lastInsertRowid } = database.prepare(sql).run(...values)
  return { changes: Number(changes), seq: Number(lastInsertRowid) }
}

export const pack = (value: unknown): Uint8Array => deflateSync(JSON.stringify(value))
export const unpack = <T>(body: unknown): T => JSON.parse(inflateSync(body as Uint8Array).toString()) as T

function migrate(database: Database, file: string, now: number): void {
  database.exec('CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT')
  const version = Number(first(database, 'SELECT max(version) AS version FROM migrations')?.['version'] ?? 0)
  if (version > migrations.length) throw new StoreError('store-newer', `${file} is of version ${version}, this controller knows ${migrations.length}: it was written by a newer one`)
  migrations.slice(version).forEach((step, index) => transaction(database, () => {
    database.exec(step)
    change(database, 'INSERT INTO migrations (version, at) VALUES (?, ?)', version + index + 1, now)
  }))
}
