/** Work that several wait for, each as long as he likes; it is given up when the last of them has left. */
export class Shared<T> {
  readonly #work: Promise<T>
  readonly #over = new AbortController()
  #waiting = 0

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#work = work(this.#over.signal)
  }

  /** nobody waits any more: it is done, or given up */
  get isOver(): boolean {
    return this.#over.signal.aborted
  }

  /** Rejects as the work does, or with `signal`'s reason. */
  async wait(signal: AbortSignal): Promise<T> {
    const { promise: left, reject } = Promise.withResolvers<never>()
    const leave = (): void => reject(signal.reason)
    signal.addEventListener('abort', leave)
    if (signal.aborted) leave()
    this.#waiting++
    try {
      return await Promise.race([this.#work, left])
    } finally {
      signal.removeEventListener('abort', leave)
      if (--this.#waiting === 0) this.#over.abort(signal.reason)
    }
  }
}
