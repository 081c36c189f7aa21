import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Log } from '../log.ts'
import { StoreError, storeErrorCodes, type StoreErrorCode } from './errors.ts'
import { type OperationName, type Operations, operations } from './operations.ts'
import type { Retention } from './retention.ts'
import { retentionClock } from './retention-clock.ts'
import type { Answer } from './worker.ts'

type Asked<F> = F extends (database: never, ...args: infer A) => infer R ? (...args: A) => Promise<R> : never

/** Everything the controller keeps. Each call resolves when it is on the disk, or rejects with a {@link StoreError} and nothing of it was kept. Calls are done in the order they are made. */
export type Store = { readonly [K in OperationName]: Asked<Operations[K]> } & {
  /** aborts when the store's thread has failed: every call is refused from then on, and a new controller must open it */
  readonly failed: AbortSignal
  /** Waits for the calls under way; safe twice. */
  close(): Promise<void>
}

export interface StoreOptions {
  /** a SQLite file; made if absent, readable by the owner alone */
  readonly file: string
  readonly retention: Retention
  readonly log: Log
  /** Unix ms */
  readonly now?: () => number
  /** that its thread may take; default: as Node finds right for the machine */
  readonly heapMb?: number
}

/** calls that may wait; a call beyond is refused (`store-busy`) */
const queue = 1000
const retainEveryMs = 600_000

/** Opens the store in a thread of its own. Sweeps that were running when the last controller ended are marked `interrupted`. @throws {StoreError} */
export async function openStore({ file, retention, log, now = Date.now, heapMb }: StoreOptions): Promise<Store> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  closeSync(openSync(file, 'a', 0o600))
  const thread = new StoreThread(file, now(), heapMb)
  await thread.opened
  const store = {
    ...Object.fromEntries(Object.keys(operations).map(name => [name, (...args: readonly unknown[]) => thread.call(name as OperationName, args)])),
    failed: thread.failed,
    close: () => {
      clearInterval(timer)
      return thread.close()
    },
  } as unknown as Store
  const newest = await store.newestSweep({ by: now() }).catch(async (error: unknown) => {
    await thread.close()
    throw error
  })
  const clock = retentionClock({ now, newest })
  const retain = () => store.retain({ ...retention, now: clock() }).then(kept => kept.dropped > 0 && log.info(kept, 'old sweeps dropped'), (err: unknown) => log.warn({ err }, 'old sweeps not dropped'))
  const timer = setInterval(() => void retain(), retainEveryMs).unref()
  try {
    const interrupted = await store.interruptSweeps({ at: now() })
    if (interrupted > 0) log.warn({ sweeps: interrupted }, 'sweeps marked interrupted')
  } catch (err) {
    // a full disk must not keep the controller from serving what is there
    log.error({ err }, 'sweeps not marked interrupted')
  }
  void retain()
  return store
}

/** One worker thread and the calls that wait for it. */
class StoreThread {
  readonly opened: Promise<unknown>
  readonly failed: AbortSignal
  readonly #worker: Worker
  readonly #waiting = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (error: unknown) => void }>()
  readonly #ended: Promise<void>
  readonly #failed = new AbortController()
  #last = 0
  #over: StoreError | undefined

  constructor(file: string, now: number, heapMb?: number) {
    this.failed = this.#failed.signal
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { file, now }, name: 'store', ...(heapMb !== undefined && { resourceLimits: { maxOldGenerationSizeMb: heapMb } }) })
    this.opened = new Promise((resolve, reject) => this.#waiting.set(0, { resolve, reject }))
    this.#worker.on('message', (answer: Answer) => this.#settle(answer))
    this.#worker.on('error', error => this.#end(new StoreError('store-closed', `the store's thread failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error })))
    this.#ended = new Promise(resolve => this.#worker.once('exit', () => {
      this.#end(new StoreError('store-closed', 'the store is closed'))
      resolve()
    }))
  }

  call(name: OperationName, args: readonly unknown[]): Promise<unknown> {
    if (this.#over) return Promise.reject(this.#over)
    if (this.#waiting.size >= queue) return Promise.reject(new StoreError('store-busy', `${queue} calls wait for the store`))
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, name, args })
    })
  }

  close(): Promise<void> {
    if (!this.#over) {
      this.#over = new StoreError('store-closed', 'the store is closed')
      this.#worker.postMessage('close')
    }
    return this.#ended
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (!waiting) return
    if ('value' in answer) return waiting.resolve(answer.value)
    const { code, message } = answer.error
    const known = storeErrorCodes.find(each => each === code)
    waiting.reject(known ? new StoreError(known satisfies StoreErrorCode, message) : new Error(`the store: ${message}`))
  }

  #end(error: StoreError): void {
    // not told to close
    if (!this.#over) this.#failed.abort(error)
    this.#over ??= error
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
