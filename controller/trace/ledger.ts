/** What became of the packets one tap matched. At the end: matched = delivered + kernelDropped + probeShed + late + unread, and `unaccounted` is 0. */
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
  /** still in the kernel when the capture ended, or counted by it in the moment before the filter was set */
  readonly unread: number
  /** matched, and none of the above; what is still under way while the trace runs */
  readonly unaccounted: number
  /** tcpdump has given its closing counters: the row is exact */
  readonly closed: boolean
}

/** The loss ledger of a trace, a row per tap. */
export class Ledger {
  readonly #rows: { matched: number; captured: number; kernelDropped: number; received: number; probeShed: number; delivered: number; late: number; closed: boolean; countedAt: number }[]

  constructor(taps: number) {
    this.#rows = Array.from({ length: taps }, () => ({ matched: 0, captured: 0, kernelDropped: 0, received: 0, probeShed: 0, delivered: 0, late: 0, closed: false, countedAt: Number.NEGATIVE_INFINITY }))
  }

  received(tap: number, packets: number, shed: number): void {
    const row = this.#rows[tap]!
    row.received += packets
    row.probeShed += shed
  }

  delivered(tap: number): void {
    this.#rows[tap]!.delivered += 1
  }

  late(tap: number): void {
    this.#rows[tap]!.late += 1
  }

  /** What tcpdump counted; `at`: when that came. */
  counted(tap: number, counters: { readonly matched: number; readonly captured: number; readonly kernelDropped: number }, at: number): void {
    Object.assign(this.#rows[tap]!, counters, { countedAt: at })
  }

  /** The capture has ended by itself or because we asked: its last counters are its closing ones, if they count all that came. */
  close(tap: number): void {
    const row = this.#rows[tap]!
    row.closed = row.captured === row.received + row.probeShed && row.countedAt > Number.NEGATIVE_INFINITY
  }

  /** Packets known to be lost on this tap. */
  lost(tap: number): number {
    const { kernelDropped, probeShed } = this.#rows[tap]!
    return kernelDropped + probeShed
  }

  /** When tcpdump was last heard to count. */
  countedAt(tap: number): number {
    return this.#rows[tap]!.countedAt
  }

  rows(): LedgerRow[] {
    return this.#rows.map(({ captured, received, countedAt: _, ...row }, tap) => {
      const matched = Math.max(row.matched, received + row.probeShed + row.kernelDropped)
      const unread = row.closed ? matched - captured - row.kernelDropped : 0
      return { tap, ...row, matched, unread, unaccounted: matched - row.delivered - row.kernelDropped - row.probeShed - row.late - unread }
    })
  }
}
