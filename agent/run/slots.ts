/** The asker left before the work began. */
export class Dropped extends Error {
  constructor() {
    super('the asker left before the command began')
    this.name = 'Dropped'
  }
}

/** At most `count` pieces of work at once; the rest wait in the order they came. How many may wait is bounded by what a pass may ask. */
export class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  /** @throws {Dropped} when `signal` aborted before there was room; `work` was then not begun */
  async use<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>(resolve => this.#waiting.push(resolve))
    try {
      if (signal.aborted) throw new Dropped()
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free += 1
    }
  }
}
