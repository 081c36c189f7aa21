/** One packet as it goes into a file. Its data lie from `start` to `end` of `bytes`. */
export interface WrittenPacket {
  readonly tap: number
  /** the halves of its time (see FileTime) */
  readonly high: number
  readonly low: number
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  /** on the wire */
  readonly length: number
  readonly direction: 'in' | 'out' | undefined
  /** lost since the packet before on this interface; 0 is not written */
  readonly dropped: number
  /** the same packet on several interfaces has the same; 0 is not written */
  readonly id: number
}

/** Gathers blocks of a pcapng file one after the other in memory that grows and is used again. */
export class BlockWriter {
  #bytes: Buffer
  #used = 0

  constructor(bytes = firstBytes) {
    this.#bytes = Buffer.allocUnsafeSlow(bytes)
  }

  get isEmpty(): boolean {
    return this.#used === 0
  }

  add(block: Uint8Array): void {
    this.#reserve(block.length)
    this.#bytes.set(block, this.#used)
    this.#used += block.length
  }

  /** Enhanced packet block. */
  packet({ tap, high, low, bytes, start, end, length, direction, dropped, id }: WrittenPacket, comment?: string): void {
    const text = comment === undefined ? undefined : Buffer.from(comment)
    const size = end - start
    const options = (direction ? 8 : 0) + (dropped > 0 ? 12 : 0) + (id > 0 ? 12 : 0) + (text ? 4 + align(text.length) : 0)
    const total = 32 + align(size) + options + (options > 0 ? 4 : 0)
    this.#reserve(total)
    const out = this.#bytes
    let at = this.#used
    out.writeUInt32LE(6, at)
    out.writeUInt32LE(total, at + 4)
    out.writeUInt32LE(tap, at + 8)
    out.writeUInt32LE(high, at + 12)
    out.writeUInt32LE(low, at + 16)
    out.writeUInt32LE(size, at + 20)
    out.writeUInt32LE(length, at + 24)
    at += 28
    if (size > copiedBytes) bytes.copy(out, at, start, end)
    else for (let index = 0; index < size; index++) out[at + index] = bytes[start + index]!
    at += size
    for (; (at - this.#used) % 4 !== 0; at++) out[at] = 0
    if (direction) {
      out.writeUInt32LE(0x0004_0002, at)
      out.writeUInt32LE(direction === 'in' ? 1 : 2, at + 4)
      at += 8
    }
    if (dropped > 0) {
      out.writeUInt32LE(0x0008_0004, at)
      writeUInt64(out, dropped, at + 4)
      at += 12
    }
    if (id > 0) {
      out.writeUInt32LE(0x0008_0005, at)
      writeUInt64(out, id, at + 4)
      at += 12
    }
    if (text) {
      out.writeUInt16LE(1, at)
      out.writeUInt16LE(text.length, at + 2)
      out.set(text, at + 4)
      out.fill(0, at + 4 + text.length, at + 4 + align(text.length))
      at += 4 + align(text.length)
    }
    if (options > 0) {
      out.writeUInt32LE(0, at)
      at += 4
    }
    out.writeUInt32LE(total, at)
    this.#used = at + 4
  }

  /** What was gathered: to keep. */
  take(): Buffer {
    const taken = Buffer.allocUnsafeSlow(this.#used)
    this.#bytes.copy(taken, 0, 0, this.#used)
    this.#used = 0
    return taken
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#bytes.length) return
    const bigger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#used + bytes))
    this.#bytes.copy(bigger, 0, 0, this.#used)
    this.#bytes = bigger
  }
}

export function align(length: number): number {
  return (length + 3) & ~3
}

export function writeUInt64(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32LE(value % two32, at)
  bytes.writeUInt32LE(Math.floor(value / two32), at + 4)
}

/** all that stand behind a packet, without a comment, with their end */
export const optionBytes = 8 + 12 + 12 + 4 + 8
const two32 = 0x1_0000_0000
const firstBytes = 256 << 10
/** up to which a loop is faster than a call */
const copiedBytes = 192
