/** A sample as OpenMetrics names it. */
export interface Bucketed {
  readonly suffix: '_bucket' | '_sum' | '_count'
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** Counts values by upper bounds; bounds in the unit of the values, rising. */
export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = [...bounds, Infinity]
    this.#counts = this.#bounds.map(() => 0)
  }

  observe(value: number): void {
    const index = this.#bounds.findIndex(bound => value <= bound)
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
    this.#sum += value
  }

  samples(): readonly Bucketed[] {
    let below = 0
    const buckets = this.#bounds.map((bound, index): Bucketed => ({ suffix: '_bucket', labels: { le: bound === Infinity ? '+Inf' : String(bound) }, value: (below += this.#counts[index] ?? 0) }))
    return [...buckets, { suffix: '_sum', value: this.#sum }, { suffix: '_count', value: below }]
  }
}
