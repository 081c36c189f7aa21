import type { StreamEvent } from '../api/event-stream.ts'
import type { SweepEvent } from '../sweep/report.ts'

/** One line on a terminal that says how far a sweep is; silent elsewhere, so that logs hold results only. */
export class Progress {
  readonly #out: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }
  #pods = 0
  #observed = new Set<string>()
  #unreachable = 0
  #verdicts = 0
  #failing = 0
  #shown = false

  constructor(out: NodeJS.WritableStream & { isTTY?: boolean }) {
    this.#out = out
  }

  show(event: SweepEvent | StreamEvent): void {
    if (event.type === 'planned') this.#pods += event.pods
    if (event.type === 'observed') this.#observed.add(`${event.trench} ${event.pod}`)
    if (event.type === 'unreachable') this.#unreachable++
    if (event.type === 'verdict' && event.verdict.verdict === 'fail' && !event.final) this.#failing++
    if (event.type === 'verdict' && event.final) this.#verdicts++
    if (!this.#out.isTTY) return
    const line = `looking: ${this.#observed.size} of ${this.#pods} pods seen, ${this.#unreachable} unreachable, ${this.#verdicts} verdicts${this.#failing > 0 ? `, looking again at ${this.#failing}` : ''}`
    this.#out.write(`\r\x1b[K${line.slice(0, (this.#out.columns ?? 80) - 1)}`)
    this.#shown = true
  }

  end(): void {
    if (this.#shown) this.#out.write('\r\x1b[K')
    this.#shown = false
  }
}
