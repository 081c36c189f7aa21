import { setTimeout as sleep } from 'node:timers/promises'
import { KubeError } from './errors.ts'

export interface GateOptions {
  /** calls under way at once */
  readonly inFlight: number
  /** starts per second; absent: not limited. A fifth of it may start at once. */
  readonly perSecond?: number
  /** callers that may wait; the next is refused with `overloaded` */
  readonly queue: number
}

/** Bounds how many calls run at once and how many start per second; first come, first served. */
export class Gate {
  readonly #options: GateOptions
  #running = 0
  #waiting: (() => void)[] = []
  /** when the next start is due, `performance.now()` ms; behind now: a start is free */
  #due = 0

  constructor(options: GateOptions) {
    this.#options = options
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** No call starts for so long: the server asked for it. */
  hold(ms: number): void {
    this.#due = Math.max(this.#due, performance.now() + ms)
  }

  /** Resolves with the way out, to be called once. @throws {KubeError} `overloaded`, `aborted` */
  async enter(signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) throw aborted(signal)
    if (this.#running >= this.#options.inFlight) await this.#queued(signal)
    else this.#running++
    try {
      await this.#turn(signal)
    } catch (error) {
      this.#leave()
      throw error
    }
    let left = false
    return () => {
      if (left) return
      left = true
      this.#leave()
    }
  }

  #queued(signal?: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#options.queue) throw new KubeError('overloaded', `${this.#options.queue} calls to the API server are waiting already`)
    return new Promise((resolve, reject) => {
      const go = (): void => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      const abort = (): void => {
        this.#waiting = this.#waiting.filter(each => each !== go)
        reject(aborted(signal))
      }
      signal?.addEventListener('abort', abort, { once: true })
      this.#waiting.push(go)
    })
  }

  async #turn(signal?: AbortSignal): Promise<void> {
    const now = performance.now()
    const { perSecond } = this.#options
    if (perSecond === undefined) {
      if (this.#due > now) await pause(this.#due - now, signal)
      return
    }
    // a bucket of a fifth of a second: `due` may lag behind now by as much, no more
    const at = Math.max(this.#due, now - 200)
    this.#due = at + 1000 / perSecond
    if (at > now) await pause(at - now, signal)
  }

  #leave(): void {
    const next = this.#waiting.shift()
    // the place goes straight to the next one
    if (next) next()
    else this.#running--
  }
}

/** @throws {KubeError} `aborted` */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal && { signal })
  } catch {
    throw aborted(signal)
  }
}

/** At most `ms`; after the first second, or a bit of it, only until `sooner` resolves. @throws {KubeError} `aborted` */
export async function pauseUntil(sooner: () => Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  const first = Math.min(ms, 500 + Math.random() * 500)
  await pause(first, signal)
  if (ms <= first) return
  const over = new AbortController()
  try {
    await Promise.race([sooner(), pause(ms - first, AbortSignal.any([signal, over.signal]))])
  } finally {
    over.abort()
  }
}

export function aborted(signal?: AbortSignal): KubeError {
  const { reason } = signal ?? {}
  return new KubeError('aborted', `given up${reason instanceof Error && reason.name !== 'AbortError' ? `: ${reason.message}` : ''}`, { cause: reason })
}
