/**
 * What can go wrong with the store. `store-full` no room on the disk (reads go on); `store-in-use` another controller holds the file; `store-damaged` not a database, or a broken one;
 * `store-newer` written by a newer version; `store-busy` too many calls wait; `store-closed` the store is closed, or its thread ended; `store-failed` anything else SQLite says.
 */
export const storeErrorCodes = ['store-full', 'store-in-use', 'store-damaged', 'store-newer', 'store-busy', 'store-closed', 'store-failed'] as const
export type StoreErrorCode = (typeof storeErrorCodes)[number]

/** The store could not do what was asked; nothing of it was kept. */
export class StoreError extends Error {
  readonly code: StoreErrorCode
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}

// SQLite's primary result codes (sqlite3.h); the low byte of an extended code
const codes: Readonly<Record<number, StoreErrorCode>> = { 5: 'store-in-use', 6: 'store-in-use', 11: 'store-damaged', 13: 'store-full', 26: 'store-damaged' }
// SQLITE_IOERR_WRITE, _FSYNC, _TRUNCATE, SHMSIZE: what a full disk looks like from some file systems
const writing = new Set([778, 1034, 1546, 4874])

/** SQLite's error in our words; anything else is our own bug and stays what it is. */
export function storeErrorOf(error: unknown, file: string): unknown {
  const { errcode, message } = error as { errcode?: number; message?: string }
  if (error instanceof StoreError || errcode === undefined) return error
  const code = writing.has(errcode) ? 'store-full' : (codes[errcode & 0xff] ?? 'store-failed')
  return new StoreError(code, `${file}: ${message ?? `SQLite error ${errcode}`}`, { cause: error })
}
