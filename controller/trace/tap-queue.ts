/** One captured packet, at a time of the trace's clock. Its data lie where they came, from `start` to `end` of `bytes`. */
export interface Captured {
  readonly tap: number
  /** ns since the trace's base second, on the controller's clock */
  readonly at: number
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  /** on the wire */
  readonly length: number
  /** packets the probe dropped right before it */
  readonly dropped: number
}

interface Chunk { readonly bytes: Buffer; readonly dropped: number }

/**
 * What came of one tap and waits to be merged, in order of time: two processors that fill one ring at once may swap packets by some microseconds (packet(7): a packet is stamped before it
 * gets its place). Records are read where they lie: pcap with nanoseconds, little endian (see agent/captures/records.ts). */
export class TapQueue {
  readonly #tap: number
  readonly #base: number
  /** how far the tap's clock is ahead of ours */
  readonly #offsetNs: number
  #chunks: Chunk[] = []
  #pos = 0
  #head: number | undefined
  /** bytes that wait */
  bytes = 0
  #lastAt = Number.NEGATIVE_INFINITY

  constructor(tap: number, base: number, offsetNs: number) {
    this.#tap = tap
    this.#base = base
    this.#offsetNs = offsetNs
  }

  /** Time of the next packet. */
  get head(): number | undefined {
    return this.#head
  }

  /**
   * Takes records, swapped ones back in their places, but for those it begins with that are no later than the last one taken, when it `overlaps`.
   * @returns how many packets it took and how many not, and the time of the first taken. @throws {SyntaxError} when it is not whole records
   */
  add(all: Buffer, dropped: number, overlaps = false): { readonly count: number; readonly skipped: number; readonly first: number | undefined } {
    const { bytes, skipped } = overlaps ? this.#without(all) : { bytes: all, skipped: 0 }
    let count = 0
    let latest = this.#lastAt
    let isSwapped = false
    for (let at = 0; at < bytes.length; count++) {
      if (at + 16 > bytes.length) throw new SyntaxError(`a record header of ${bytes.length - at} bytes`)
      const time = this.#timeAt(bytes, at)
      if (time < latest) isSwapped = true
      else latest = time
      at += 16 + bytes.readUInt32LE(at + 8)
      if (at > bytes.length) throw new SyntaxError('a record that is longer than what came')
    }
    if (count === 0) return { count, skipped, first: undefined }
    this.#lastAt = latest
    const first = this.#timeAt(bytes, 0)
    this.bytes += bytes.length
    if (isSwapped) this.#putBack(bytes, dropped)
    else this.#chunks.push({ bytes, dropped })
    this.#head = this.#timeAt(this.#chunks[0]!.bytes, this.#pos)
    return { count, skipped, first }
  }

  /** Takes swapped records together with what waits of the chunk before, unless some were dropped between: one may belong there. */
  #putBack(bytes: Buffer, dropped: number): void {
    const before = dropped === 0 ? this.#popWaiting() : undefined
    const all = before ? Buffer.concat([before.bytes, bytes]) : bytes
    const records: { readonly time: number; readonly record: Buffer }[] = []
    for (let at = 0; at < all.length;) {
      const end = at + 16 + all.readUInt32LE(at + 8)
      records.push({ time: this.#timeAt(all, at), record: all.subarray(at, end) })
      at = end
    }
    this.#chunks.push({ bytes: Buffer.concat(records.sort((a, b) => a.time - b.time).map(({ record }) => record)), dropped: before?.dropped ?? dropped })
  }

  /** The last chunk, without what was read of it. */
  #popWaiting(): Chunk | undefined {
    const last = this.#chunks.pop()
    if (!last || this.#chunks.length > 0 || this.#pos === 0) return last
    const waiting = { bytes: last.bytes.subarray(this.#pos), dropped: 0 }
    this.bytes -= this.#pos
    this.#pos = 0
    return waiting
  }

  #without(all: Buffer): { readonly bytes: Buffer; readonly skipped: number } {
    let at = 0
    let skipped = 0
    for (; at + 16 <= all.length && this.#timeAt(all, at) <= this.#lastAt; skipped++) at += 16 + all.readUInt32LE(at + 8)
    return { bytes: all.subarray(Math.min(at, all.length)), skipped }
  }

  /** The next packet; there must be one. */
  shift(): Captured {
    const { bytes, dropped } = this.#chunks[0]!
    const at = this.#pos
    const end = at + 16 + bytes.readUInt32LE(at + 8)
    const captured = { tap: this.#tap, at: this.#head!, bytes, start: at + 16, end, length: bytes.readUInt32LE(at + 12), dropped: at === 0 ? dropped : 0 }
    if (end < bytes.length) this.#pos = end
    else {
      this.#chunks.shift()
      this.#pos = 0
      this.bytes -= bytes.length
    }
    const next = this.#chunks[0]
    this.#head = next && this.#timeAt(next.bytes, this.#pos)
    return captured
  }

  #timeAt(bytes: Buffer, at: number): number {
    return (bytes.readUInt32LE(at) - this.#base) * 1e9 + bytes.readUInt32LE(at + 4) - this.#offsetNs
  }
}
