import { parentPort, workerData } from 'node:worker_threads'
import { openDatabase, type Database, transaction } from './database.ts'
import { storeErrorOf } from './errors.ts'
import { type OperationName, operations, writes } from './operations.ts'

// The store's thread: opens the file, tells so, then answers one call after the other, in order.

export interface Call {
  readonly id: number
  readonly name: OperationName
  readonly args: readonly unknown[]
}

/** `id` 0: the file is open, or could not be opened. */
export type Answer = { readonly id: number } & ({ readonly value: unknown } | { readonly error: { readonly code?: string; readonly message: string } })

const { file, now } = workerData as { readonly file: string; readonly now: number }
const port = parentPort
if (!port) throw new Error('the store runs in a worker thread')
const tell = (answer: Answer): void => port.postMessage(answer)

try {
  const database = openDatabase(file, now)
  port.on('message', (call: Call | 'close') => {
    if (call === 'close') {
      database.close()
      port.close()
      return
    }
    try {
      tell({ id: call.id, value: run(database, call) })
    } catch (error) {
      tell({ id: call.id, error: wordsOf(error) })
    }
  })
  tell({ id: 0, value: undefined })
} catch (error) {
  tell({ id: 0, error: wordsOf(error) })
  port.close()
}

function run(database: Database, { name, args }: Call): unknown {
  const operation = operations[name] as (database: Database, ...args: readonly unknown[]) => unknown
  return name in writes ? transaction(database, () => operation(database, ...args)) : operation(database, ...args)
}

function wordsOf(error: unknown): { readonly code?: string; readonly message: string } {
  const known = storeErrorOf(error, file) as Error & { readonly code?: string }
  return { message: known.message, ...(known.code !== undefined && { code: known.code }) }
}
