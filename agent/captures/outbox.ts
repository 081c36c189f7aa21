export interface Piece {
  /** whole records, in parts */
  readonly parts: readonly Buffer[]
  /** packets lost right before them */
  readonly dropped: number
}

/** Where a stream's records wait until they may be sent. */
export interface Waiting {
  /** nothing is left to be sent */
  readonly isEmpty: boolean
  /** whole records, and how many */
  add(records: Buffer, count: number): void
  /** bytes that may be sent on top */
  grant(bytes: number): void
  /** What may be sent now. */
  take(): Piece[]
  /** Drops what still waits: how many packets are lost since the last piece. */
  giveUp(): number
  /** The capture is over; at: Unix seconds. */
  thaw?(at: number): void
  /** packets that gave way to later ones, so far */
  readonly overwritten?: number
  /** Its memory is not needed any more. */
  close?(): void
}

/** What waits for the window of one stream. Beyond `maxBytes` records are dropped and counted, at their place. */
export class Outbox implements Waiting {
  readonly #maxBytes: number
  #waiting: { readonly payload: Buffer; readonly count: number; readonly dropped: number }[] = []
  #bytes = 0
  #dropped = 0
  #window: number

  constructor(maxBytes: number, window: number) {
    this.#maxBytes = maxBytes
    this.#window = window
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  add(payload: Buffer, count: number): void {
    if (this.#bytes + payload.length > this.#maxBytes) {
      this.#dropped += count
      return
    }
    this.#waiting.push({ payload, count, dropped: this.#dropped })
    this.#bytes += payload.length
    this.#dropped = 0
  }

  grant(bytes: number): void {
    this.#window += bytes
  }

  /** What may be sent now, in few pieces: a piece ends where packets were lost. One may begin while any of the window is left. */
  take(): Piece[] {
    const groups: { parts: Buffer[]; bytes: number; dropped: number }[] = []
    let taken = 0
    for (; taken < this.#waiting.length && this.#window > 0; taken++) {
      const { payload, dropped } = this.#waiting[taken]!
      const last = groups.at(-1)
      if (last && dropped === 0 && last.bytes + payload.length <= pieceBytes) {
        last.parts.push(payload)
        last.bytes += payload.length
      } else groups.push({ parts: [payload], bytes: payload.length, dropped })
      this.#bytes -= payload.length
      this.#window -= payload.length
    }
    this.#waiting.splice(0, taken)
    return groups
  }

  /** Gives up what still waits: how many packets were dropped since the last piece. */
  giveUp(): number {
    const lost = this.#waiting.splice(0).reduce((sum, { count, dropped }) => sum + count + dropped, this.#dropped)
    this.#dropped = 0
    return lost
  }
}

const pieceBytes = 256 << 10
