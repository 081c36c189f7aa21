import type { SweepEvent } from '../sweep/report.ts'
import type { SweepState, Trouble } from '../store/records.ts'

/** What a run tells, each with its place in the order: `cursor` counts from 1 without a gap. */
export type RunEvent = { readonly cursor: number } & (
  | SweepEvent
  | { readonly type: 'started'; readonly sweep: string; readonly trenches: readonly string[] }
  | ({ readonly type: 'problem'; readonly trench?: string } & Trouble)
  | { readonly type: 'ended'; readonly sweep: string; readonly state: SweepState; readonly problem?: Trouble }
)

/** To a reader who was too slow, or came too late: these are no longer kept. Reports are not among them. */
export interface Dropped {
  readonly type: 'dropped'
  readonly from: number
  readonly to: number
}

/** How a big event is had again once its memory is needed. */
export type Recall = () => Promise<RunEvent | undefined>

interface Entry {
  readonly cursor: number
  readonly weight: number
  readonly event?: RunEvent
  readonly recall?: Recall
}

/** Events of one run, in order, for any number of readers. Beyond `maxBytes` (estimated) the oldest are forgotten; what can be recalled is read again when it is asked for, of the rest a reader is told that he missed it. */
export class EventLine {
  readonly #maxBytes: number
  #entries: Entry[] = []
  #bytes = 0
  #last = 0
  #ended = false
  #waiting: (() => void)[] = []

  constructor(maxBytes = 32 << 20) {
    this.#maxBytes = maxBytes
  }

  /** cursor of the newest event */
  get last(): number {
    return this.#last
  }

  /** of memory, estimated */
  get bytes(): number {
    return this.#bytes
  }

  push(event: WithoutCursor<RunEvent>, recall?: (cursor: number) => Promise<RunEvent | undefined>): void {
    if (this.#ended) return
    const cursor = ++this.#last
    const weight = weightOf(event)
    this.#entries.push({ cursor, weight, event: { cursor, ...event } as RunEvent, ...(recall && { recall: () => recall(cursor) }) })
    this.#bytes += weight
    if (this.#bytes > this.#maxBytes) this.#forget()
    this.#wake()
  }

  /** Nothing follows. */
  end(): void {
    this.#ended = true
    this.#wake()
  }

  /** Everything after the cursor, as it comes, until the end of the run. Ends early, without an error, when `signal` says so. */
  async *read(after: number, signal: AbortSignal): AsyncGenerator<RunEvent | Dropped> {
    let at = after
    while (!signal.aborted) {
      const next = this.#entries[this.#indexAfter(at)]
      if (!next) {
        if (this.#ended) return
        await this.#changed(signal)
        continue
      }
      if (next.cursor > at + 1) yield { type: 'dropped', from: at + 1, to: next.cursor - 1 }
      at = next.cursor
      yield next.event ?? (await next.recall?.()) ?? { type: 'dropped', from: at, to: at }
    }
  }

  #indexAfter(cursor: number): number {
    let [low, high] = [0, this.#entries.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#entries[middle]?.cursor ?? Infinity) > cursor) high = middle
      else low = middle + 1
    }
    return low
  }

  #forget(): void {
    let over = this.#bytes - this.#maxBytes * 0.75
    this.#entries = this.#entries.flatMap(entry => {
      if (over <= 0 || entry.weight === 0) return [entry]
      over -= entry.weight
      this.#bytes -= entry.weight
      return entry.recall ? [{ cursor: entry.cursor, weight: 0, recall: entry.recall }] : []
    })
  }

  #changed(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake)
        resolve()
      }
      signal.addEventListener('abort', wake, { once: true })
      this.#waiting.push(wake)
    })
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}

/** Bytes, roughly: measured on reports and verdicts of a trench of eight pods. */
function weightOf(event: WithoutCursor<RunEvent>): number {
  if (event.type === 'report') return 2000 + event.report.verdicts.length * 600 + event.report.findings.length * 2000
  return event.type === 'verdict' ? 800 + event.verdict.findings.length * 2000 : 300
}

export type WithoutCursor<E> = E extends unknown ? Omit<E, 'cursor'> : never
