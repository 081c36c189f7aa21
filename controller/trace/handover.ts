interface Piece { readonly records: Buffer; readonly dropped: number }

/** Puts the captures of one tap one after the other: what comes of the next waits until the last one has ended. */
export class Handover {
  #current = 0
  #waiting: (Piece & { readonly capture: number })[] = []
  /** the next capture may begin with packets that the last one has brought */
  overlaps = false
  #hasSkipped = false

  /** Whether it waits. */
  hold(capture: number, records: Buffer, dropped: number): boolean {
    if (capture === this.#current) return false
    this.#waiting.push({ capture, records, dropped })
    return true
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0
  }

  /** that wait */
  get bytes(): number {
    return this.#waiting.reduce((sum, { records }) => sum + records.length, 0)
  }

  /** So many packets of the next capture were taken, so many were not: the last one had brought them. @returns whether some may be missing between the two */
  took(count: number, skipped: number): boolean {
    if (!this.overlaps) return false
    this.#hasSkipped ||= skipped > 0
    this.overlaps = count === 0
    return count > 0 && !this.#hasSkipped
  }

  /** The capture is over: what came of the next. */
  next(capture: number): readonly Piece[] {
    if (capture !== this.#current) return []
    this.#current += 1
    this.overlaps = true
    this.#hasSkipped = false
    const { now = [], later = [] } = Object.groupBy(this.#waiting, piece => (piece.capture === this.#current ? 'now' : 'later'))
    this.#waiting = later
    return now
  }
}
