import type { LeaseTerms } from '#proto/frames.ts'

/** How long the probe may live: until it is neither asked nor renewed for `idleMs`, and never past `endMs`. In memory only. */
export class Lease {
  readonly #over = new AbortController()
  #terms: LeaseTerms
  #idleFrom = performance.now()
  #endAt: number
  #timer: NodeJS.Timeout | undefined

  constructor(terms: LeaseTerms) {
    this.#terms = terms
    this.#endAt = performance.now() + terms.endMs
    this.#watch()
  }

  /** aborts when the lease is over, with the reason in words */
  get over(): AbortSignal {
    return this.#over.signal
  }

  renew(terms: LeaseTerms): void {
    this.#terms = terms
    this.#endAt = performance.now() + terms.endMs
    this.use()
  }

  /** The probe was asked for something. */
  use(): void {
    this.#idleFrom = performance.now()
    this.#watch()
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #watch(): void {
    clearTimeout(this.#timer)
    const now = performance.now()
    if (now >= this.#endAt) return this.#over.abort('the lease has ended')
    const idleEnd = this.#idleFrom + this.#terms.idleMs
    if (now >= idleEnd) return this.#over.abort(`nobody asked for ${this.#terms.idleMs} ms`)
    this.#timer = setTimeout(() => this.#watch(), Math.min(this.#endAt - now, idleEnd - now, longestTimerMs))
  }
}

// setTimeout takes no more than 2^31 - 1
const longestTimerMs = 2_147_483_647
