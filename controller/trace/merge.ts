import { type Captured, TapQueue } from './tap-queue.ts'

export interface MergeOptions {
  /** whole seconds since 1970 that times count from */
  readonly base: number
  /** per tap: how far its clock is ahead of ours */
  readonly offsetsNs: readonly number[]
  /** per tap: the number of its probe; taps of a probe are late together */
  readonly probes: readonly number[]
  /** from the kernel to the probe, at least */
  readonly leastGraceNs: number
  /** all was captured before: only its end says that a tap has nothing more */
  readonly isFrozen?: boolean
  /** in strict order of time */
  onPacket(captured: Captured): void
  /** a packet older than one that was told already */
  onLate(captured: Captured): void
}

interface Tap {
  readonly queue: TapQueue
  readonly probe: number
  over: boolean
  /** its packets come in blocks, up to 1.9 s late */
  buffered: boolean
  /** it has packets that may not be merged yet */
  held: boolean
  /** it has not counted yet: its tcpdump may not have come to read its first packets, however long it listens */
  starting: boolean
}

/** What is known of a probe: when it last said that all it had was sent, and the longest its packets, or its tcpdumps' answers, took lately. */
interface Sender {
  beatAt: number
  delayNs: number
  /** beats that may be older than what it is allowed to send by now */
  distrusted: number
}

/**
 * Merges taps in strict order of time. A packet is told when every other tap has passed its time: by a packet of its own, by being over, or, while it is idle, because
 * its probe was heard since (`beat`), and longer since than its packets take. A probe that is not heard is waited for `mostGraceNs`.
 */
export class Merge {
  readonly #options: MergeOptions
  readonly #taps: readonly Tap[]
  readonly #senders: readonly Sender[]
  #last = Number.NEGATIVE_INFINITY

  constructor(options: MergeOptions) {
    this.#options = options
    this.#taps = options.offsetsNs.map((offsetNs, tap) => ({ queue: new TapQueue(tap, options.base, offsetNs), probe: options.probes[tap]!, over: false, buffered: false, held: false, starting: true }))
    this.#senders = Array.from({ length: Math.max(-1, ...options.probes) + 1 }, () => ({ beatAt: Number.NEGATIVE_INFINITY, delayNs: options.leastGraceNs, distrusted: 0 }))
  }

  /** up to which time nothing more comes but what is late */
  mark(now: number): number {
    const isEmpty = this.bytes === 0 && !this.#options.isFrozen
    return Math.min(now, ...this.#taps.map(tap => {
      if (tap.over) return Number.POSITIVE_INFINITY
      // nobody asks for beats while nothing waits
      return isEmpty ? now - this.#graceNs(tap) : tap.queue.head ?? this.#idleMark(tap, now)
    }))
  }

  /** Probes whose idle taps are what the others wait for. */
  blocking(): readonly number[] {
    if (this.bytes === 0 || this.#options.isFrozen) return []
    return [...new Set(this.#taps.filter(({ queue, over }) => !over && queue.head === undefined).map(({ probe }) => probe))]
  }

  /** bytes of records that wait */
  get bytes(): number {
    return this.#taps.reduce((sum, { queue }) => sum + queue.bytes, 0)
  }

  /** @returns how many packets were taken, and how many not (see TapQueue). @throws {SyntaxError} when it is not whole records */
  add(tap: number, records: Buffer, dropped: number, now: number, overlaps = false): { readonly count: number; readonly skipped: number } {
    const { count, skipped, first } = this.#taps[tap]!.queue.add(records, dropped, overlaps)
    if (first !== undefined) this.#delayed(tap, now - first)
    return { count, skipped }
  }

  /** Its tcpdump counted, so long after it was asked to: what it has captured may come as late. */
  counted(tap: number, answeredNs: number): void {
    this.#taps[tap]!.starting = false
    this.#delayed(tap, answeredNs)
  }

  /** The tap had used up what it may send, and is allowed more: what waited in its probe comes now, but not before a beat that is under way. */
  refilled(tap: number): void {
    this.#senders[this.#taps[tap]!.probe]!.distrusted = 2
  }

  /** How a tap's packets come from now on. */
  set(tap: number, how: { readonly buffered?: boolean; readonly held?: boolean }): void {
    Object.assign(this.#taps[tap]!, how)
  }

  /** All that the probe had read by `at` has come. */
  beat(probe: number, at: number): void {
    const sender = this.#senders[probe]!
    if (sender.distrusted > 0) sender.distrusted -= 1
    else sender.beatAt = Math.max(sender.beatAt, at)
  }

  /** Nothing more comes of this tap. */
  end(tap: number): void {
    this.#taps[tap]!.over = true
  }

  /** Tells what may be told by now: all that waits, when `all`. */
  run(now: number, all = false): void {
    for (const sender of this.#senders) sender.delayNs = Math.max(this.#options.leastGraceNs, sender.delayNs * delayKept)
    for (;;) {
      let first: TapQueue | undefined
      let second = Number.POSITIVE_INFINITY
      let mark = Number.POSITIVE_INFINITY
      for (const tap of this.#taps) {
        const { queue, over } = tap
        const { head } = queue
        if (head === undefined) {
          if (!over && !all) mark = Math.min(mark, this.#idleMark(tap, now))
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

  #idleMark(tap: Tap, now: number): number {
    if (this.#options.isFrozen) return Number.NEGATIVE_INFINITY
    if (tap.held) return now - this.#graceNs(tap)
    return Math.max(this.#senders[tap.probe]!.beatAt - this.#graceNs(tap), now - mostGraceNs)
  }

  #graceNs({ probe, buffered, held, starting }: Tap): number {
    if (held) return heldGraceNs
    return Math.max(this.#senders[probe]!.delayNs, buffered ? blockNs : 0, starting ? startNs : 0)
  }

  #delayed(tap: number, ns: number): void {
    const sender = this.#senders[this.#taps[tap]!.probe]!
    sender.delayNs = Math.max(sender.delayNs, Math.min(ns, mostGraceNs))
  }

  #tell(captured: Captured): void {
    if (captured.at < this.#last) return this.#options.onLate(captured)
    this.#last = captured.at
    this.#options.onPacket(captured)
  }
}

const mostGraceNs = 4e9
/** for the capture before it to end (agent/captures/capture.ts, tap-capture.ts) */
const heldGraceNs = 8e9
/** from when a tcpdump says that it listens to when it reads, on a machine where many begin at once */
const startNs = 1e9
/** the longest libpcap lets a block of packets fill, and the longest its end lies in tcpdump's stdio (agent/captures/tcpdump.ts) */
const blockNs = 1.9e9
/** of the longest delay, from one run to the next: half of it within 7 s of 10 ms each */
const delayKept = 0.999
