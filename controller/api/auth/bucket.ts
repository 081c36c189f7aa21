/** A token bucket per caller: bursts up to `burst`, `perSecond` in the long run. Of many callers the longest idle are forgotten first. */
export class Buckets {
  readonly #perSecond: number
  readonly #burst: number
  readonly #now: () => number
  readonly #buckets = new Map<string, { level: number; at: number }>()

  constructor({ perSecond, burst, now }: { readonly perSecond: number; readonly burst: number; readonly now: () => number }) {
    this.#perSecond = perSecond
    this.#burst = burst
    this.#now = now
  }

  /** @returns 0: taken; else how many seconds to wait, rounded up */
  take(caller: string, cost = 1): number {
    const now = this.#now()
    const known = this.#buckets.get(caller)
    const level = known ? Math.min(this.#burst, known.level + ((now - known.at) / 1000) * this.#perSecond) : this.#burst
    const enough = level >= cost
    this.#buckets.delete(caller)
    this.#buckets.set(caller, { level: enough ? level - cost : level, at: now })
    const idle = this.#buckets.size > 10_000 ? this.#buckets.keys().next().value : undefined
    if (idle !== undefined) this.#buckets.delete(idle)
    return enough ? 0 : Math.ceil((cost - level) / this.#perSecond)
  }

  /** What was taken is not counted after all. */
  giveBack(caller: string, cost = 1): void {
    const known = this.#buckets.get(caller)
    if (known) known.level = Math.min(this.#burst, known.level + cost)
  }
}
