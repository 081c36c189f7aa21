/** Answers remembered for a time that depends on them. Who asks the same while the answer is under way shares it; failures are not remembered. */
export class Cache<T> {
  readonly #now: () => number
  readonly #keepMs: (value: T) => number
  readonly #most: number
  readonly #entries = new Map<string, { readonly value: Promise<T>; until: number }>()

  constructor({ now, keepMs, most = 10_000 }: { readonly now: () => number; readonly keepMs: (value: T) => number; readonly most?: number }) {
    this.#now = now
    this.#keepMs = keepMs
    this.#most = most
  }

  get(key: string, load: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(key)
    if (known && known.until > this.#now()) return known.value
    const asked = this.#now()
    const entry = { value: load(), until: Infinity }
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    // counted from the question: what changed while the answer was on its way is in it or not
    entry.value.then(value => void (entry.until = asked + this.#keepMs(value)), () => this.#entries.get(key) === entry && this.#entries.delete(key))
    const oldest = this.#entries.size > this.#most ? this.#entries.keys().next().value : undefined
    if (oldest !== undefined) this.#entries.delete(oldest)
    return entry.value
  }
}
