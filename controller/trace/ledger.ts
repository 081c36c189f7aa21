/** What became of the packets one tap matched. At the end: matched = delivered + kernelDropped + probeShed + late + twice + unread, and `unaccounted` is 0. */
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
interface Counted { matched: number; captured: number; kernelDropped: number; received: number; probeShed: number; closed: boolean }

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
  counted(tap: number, capture: number, counters: { readonly matched: number; readonly captured: number; readonly kernelDropped: number }, at: number): void {
    Object.assign(this.#of(tap, capture), counters)
    this.#taps[tap]!.countedAt = at
  }

  /** The capture has ended by itself or because we asked: its last counters are its closing ones, if they count all that came. */
  close(tap: number, capture: number): void {
    const counted = this.#of(tap, capture)
    counted.closed = counted.captured === counted.received + counted.probeShed && this.#taps[tap]!.countedAt > Number.NEGATIVE_INFINITY
  }

  /** Packets known to be lost on this tap. */
  lost(tap: number): number {
    return this.#taps[tap]!.captures.reduce((sum, { kernelDropped, probeShed }) => sum + kernelDropped + probeShed, 0)
  }

  /** When tcpdump was last heard to count. */
  countedAt(tap: number): number {
    return this.#taps[tap]!.countedAt
  }

  row(tap: number): LedgerRow {
    const { captures, delivered, late, twice } = this.#taps[tap]!
    const sum = (of: (counted: Counted) => number) => captures.reduce((total, counted) => total + of(counted), 0)
    const matched = sum(matchedBy)
    const [kernelDropped, probeShed] = [sum(counted => counted.kernelDropped), sum(counted => counted.probeShed)]
    const unread = sum(counted => (counted.closed ? matchedBy(counted) - counted.captured - counted.kernelDropped : 0))
    return { tap, matched, kernelDropped, probeShed, delivered, late, twice, closed: captures.length > 0 && captures.every(({ closed }) => closed), unread, unaccounted: matched - delivered - kernelDropped - probeShed - late - twice - unread }
  }

  rows(): LedgerRow[] {
    return this.#taps.map((_, tap) => this.row(tap))
  }

  #of(tap: number, capture: number): Counted {
    return (this.#taps[tap]!.captures[capture] ??= { matched: 0, captured: 0, kernelDropped: 0, received: 0, probeShed: 0, closed: false })
  }
}

function matchedBy({ matched, received, probeShed, kernelDropped }: Counted): number {
  return Math.max(matched, received + probeShed + kernelDropped)
}
