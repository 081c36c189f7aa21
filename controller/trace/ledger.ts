import type { Counters } from '#proto/frames.ts'

/** What became of the packets one tap matched. At the end: matched = delivered + kernelDropped + probeShed + overwritten + unwritten + late + twice + unread, and `unaccounted` is 0. */
export interface LedgerRow {
  readonly tap: number
  /** packets the kernel found to match the filter */
  readonly matched: number
  /** in the merged stream, in order */
  readonly delivered: number
  /** the kernel had no room for them */
  readonly kernelDropped: number
  /** the probe had no room for them: the controller, or the way to it, was too slow */
  readonly probeShed: number
  /** of a ring: gave way to later ones, all before the first that is delivered */
  readonly overwritten: number
  /** tcpdump had read them, and was interrupted in writing them by the signal that ends it, or that asks it to count */
  readonly unwritten: number
  /** came after later ones were told already: followed, but not in the ordered stream */
  readonly late: number
  /** brought by two captures, when one took the other's place: delivered once */
  readonly twice: number
  /** still in the kernel when the capture ended, or counted by it in the moment before the filter was set */
  readonly unread: number
  /** matched, and none of the above; what is still under way while the trace runs */
  readonly unaccounted: number
  /** tcpdump has given its closing counters: the row is exact */
  readonly closed: boolean
}

/** What one capture of a tap has counted. */
interface Counted {
  matched: number
  captured: number
  kernelDropped: number
  closing: boolean
  overwritten: number
  received: number
  probeShed: number
  closed: boolean
  /** the next capture may have begun later than where this one stopped reading */
  gap: boolean
}

/** The loss ledger of a trace, a row per tap: the sum of its captures. */
export class Ledger {
  readonly #taps: { readonly captures: Counted[]; delivered: number; late: number; twice: number; countedAt: number }[]

  constructor(taps: number) {
    this.#taps = Array.from({ length: taps }, () => ({ captures: [], delivered: 0, late: 0, twice: 0, countedAt: Number.NEGATIVE_INFINITY }))
  }

  /** `skipped`: of the packets, those that another capture had brought. */
  received(tap: number, capture: number, packets: number, shed: number, skipped = 0): void {
    const counted = this.#of(tap, capture)
    counted.received += packets
    counted.probeShed += shed
    this.#taps[tap]!.twice += skipped
  }

  delivered(tap: number): void {
    this.#taps[tap]!.delivered += 1
  }

  late(tap: number): void {
    this.#taps[tap]!.late += 1
  }

  /** What tcpdump counted; `at`: when that came. */
  counted(tap: number, capture: number, { matched, captured, kernelDropped, closing, overwritten = 0 }: Counters, at: number): void {
    Object.assign(this.#of(tap, capture), { matched, captured, kernelDropped, closing, overwritten })
    this.#taps[tap]!.countedAt = at
  }

  /** The capture has ended by itself or because we asked: exact, if it gave its closing counters, and they count all that came. */
  close(tap: number, capture: number): void {
    const counted = this.#of(tap, capture)
    counted.closed = counted.closing && counted.captured >= counted.received + counted.probeShed + counted.overwritten
  }

  /** The next capture brought nothing that this one had brought: what this one left unread may be lost. */
  gap(tap: number, capture: number): void {
    this.#of(tap, capture).gap = true
  }

  /** Packets known to be lost on this tap. */
  lost(tap: number): number {
    return this.#taps[tap]!.captures.reduce((sum, counted) => sum + counted.kernelDropped + counted.probeShed + unwrittenBy(counted) + (counted.gap ? unreadBy(counted) : 0), 0)
  }

  /** When tcpdump was last heard to count. */
  countedAt(tap: number): number {
    return this.#taps[tap]!.countedAt
  }

  row(tap: number): LedgerRow {
    const { captures, delivered, late, twice } = this.#taps[tap]!
    const sum = (of: (counted: Counted) => number) => captures.reduce((total, counted) => total + of(counted), 0)
    const matched = sum(matchedBy)
    const [kernelDropped, probeShed, overwritten] = [sum(counted => counted.kernelDropped), sum(counted => counted.probeShed), sum(counted => counted.overwritten)]
    const [unwritten, unread] = [sum(unwrittenBy), sum(unreadBy)]
    const unaccounted = matched - delivered - kernelDropped - probeShed - overwritten - unwritten - late - twice - unread
    return { tap, matched, kernelDropped, probeShed, overwritten, unwritten, delivered, late, twice, closed: captures.length > 0 && captures.every(({ closed }) => closed), unread, unaccounted }
  }

  rows(): LedgerRow[] {
    return this.#taps.map((_, tap) => this.row(tap))
  }

  #of(tap: number, capture: number): Counted {
    return (this.#taps[tap]!.captures[capture] ??= { matched: 0, captured: 0, kernelDropped: 0, closing: false, overwritten: 0, received: 0, probeShed: 0, closed: false, gap: false })
  }
}

function matchedBy({ matched, received, probeShed, overwritten, kernelDropped }: Counted): number {
  return Math.max(matched, received + probeShed + overwritten + kernelDropped)
}

/** Known when it has ended: until then they are under way. */
function unwrittenBy({ closed, captured, received, probeShed, overwritten }: Counted): number {
  return closed ? captured - received - probeShed - overwritten : 0
}

function unreadBy(counted: Counted): number {
  return counted.closed ? matchedBy(counted) - counted.captured - counted.kernelDropped : 0
}
