import { type Captured, TapQueue } from './tap-queue.ts'

export interface MergeOptions {
  /** whole seconds since 1970 that times count from */
  readonly base: number
  /** per tap: how far its clock is ahead of ours */
  readonly offsetsNs: readonly number[]
  /** least time an idle tap is waited for */
  readonly leastGraceNs: number
  /** in strict order of time */
  onPacket(captured: Captured): void
  /** a packet older than one that was told already */
  onLate(captured: Captured): void
}

interface Tap {
  readonly queue: TapQueue
  over: boolean
}

/**
 * Merges taps in strict order of time. A packet is told when every other tap has passed its time: by a packet of its own, by being over, or, while it is idle, by
 * having had the time to bring what it saw. That grace is twice the longest delay seen lately on any tap: a busy machine is waited for longer.
 */
export class Merge {
  readonly #options: MergeOptions
  readonly #taps: readonly Tap[]
  #delayNs: number
  #last = Number.NEGATIVE_INFINITY

  constructor(options: MergeOptions) {
    this.#options = options
    this.#taps = options.offsetsNs.map((offsetNs, tap) => ({ queue: new TapQueue(tap, options.base, offsetNs), over: false }))
    this.#delayNs = Math.max(options.leastGraceNs, 50e6)
  }

  /** how long an idle tap is waited for now */
  get graceNs(): number {
    return Math.min(mostGraceNs, Math.max(this.#options.leastGraceNs, 2 * this.#delayNs))
  }

  /** bytes of records that wait */
  get bytes(): number {
    return this.#taps.reduce((sum, { queue }) => sum + queue.bytes, 0)
  }

  /** @returns how many packets. @throws {SyntaxError} when it is not whole records */
  add(tap: number, records: Buffer, dropped: number, now: number): number {
    const { count, first } = this.#taps[tap]!.queue.add(records, dropped)
    if (first !== undefined) this.#delayNs = Math.max(this.#delayNs * delayKept, Math.min(now - first, mostGraceNs))
    return count
  }

  /** Nothing more comes of this tap. */
  end(tap: number): void {
    this.#taps[tap]!.over = true
  }

  /** Tells what may be told by now: all that waits, when `all`. */
  run(now: number, all = false): void {
    const idleMark = all ? Number.POSITIVE_INFINITY : now - this.graceNs
    for (;;) {
      let first: TapQueue | undefined
      let second = Number.POSITIVE_INFINITY
      let mark = Number.POSITIVE_INFINITY
      for (const { queue, over } of this.#taps) {
        const { head } = queue
        if (head === undefined) {
          if (!over) mark = idleMark
        } else if (first === undefined || head < first.head!) {
          if (first) second = first.head!
          first = queue
        } else if (head < second) second = head
      }
      if (!first || first.head! > mark) return
      // a run of one tap's packets needs no new look at the others
      do this.#tell(first.shift())
      while (first.head !== undefined && first.head <= second && first.head <= mark)
    }
  }

  #tell(captured: Captured): void {
    if (captured.at < this.#last) return this.#options.onLate(captured)
    this.#last = captured.at
    this.#options.onPacket(captured)
  }
}

const mostGraceNs = 2e9
/** of the longest delay, with each piece that comes */
const delayKept = 0.99
