import type { Params } from '#facts/fact.ts'
import type { Piece, Waiting } from './outbox.ts'
import { wholeNumber } from './request.ts'

/** The memory all rings of a probe share. */
export class RingMemory {
  #taken = 0

  /** A ring as asked for. @throws {RangeError} for parameters beyond their limits, and when there is no room for it */
  ring(params: Params, window: number): Ring {
    const bytes = wholeNumber(params, 'ringBytes', 2 * blockBytes, memoryBytes)
    const seconds = wholeNumber(params, 'ringSeconds', 1, 3600)
    if (this.#taken + bytes > memoryBytes) throw new RangeError(`a ring of ${bytes} bytes has no room: rings of this probe take ${this.#taken} of ${memoryBytes} bytes`)
    this.#taken += bytes
    return new Ring({ bytes, seconds, window, onClosed: () => { this.#taken -= bytes } })
  }
}

interface Block { readonly bytes: Buffer; from: number; end: number; count: number }

/**
 * Keeps what a capture brought last, in blocks of a fixed size; the oldest block gives way to the next. Nothing of it travels before it is thawed. Then what is older
 * than its seconds is let go, too, and the rest goes as far as the window does. Records as RecordCutter gives them.
 */
export class Ring implements Waiting {
  /** packets that gave way, or were too old when it was thawed */
  overwritten = 0
  readonly #most: number
  readonly #seconds: number
  readonly #onClosed: () => void
  #blocks: Block[] = []
  #window: number
  #thawed = false
  #wanted = false
  #closed = false

  constructor({ bytes, seconds, window, onClosed }: { readonly bytes: number; readonly seconds: number; readonly window: number; readonly onClosed: () => void }) {
    this.#most = Math.floor(bytes / blockBytes)
    this.#seconds = seconds
    this.#window = window
    this.#onClosed = onClosed
  }

  /** also when it was thawed without a window: nobody wants it */
  get isEmpty(): boolean {
    return this.#blocks.length === 0 || (this.#thawed && !this.#wanted)
  }

  add(records: Buffer): void {
    for (let at = 0; at < records.length;) {
      const end = recordEnd(records, at)
      const block = this.#blockFor(end - at)
      block.end += records.copy(block.bytes, block.end, at, end)
      block.count += 1
      at = end
    }
  }

  grant(bytes: number): void {
    this.#window += bytes
  }

  /** @param now Unix seconds */
  thaw(now: number): void {
    this.#thawed = true
    this.#wanted = this.#window > 0
    for (let block = this.#blocks[0]; block; block = this.#blocks[0]) {
      for (; block.from < block.end && block.bytes.readUInt32LE(block.from) < now - this.#seconds; block.count -= 1) {
        block.from = recordEnd(block.bytes, block.from)
        this.overwritten += 1
      }
      if (block.from < block.end) return
      this.#blocks.shift()
    }
  }

  take(): Piece[] {
    const pieces: Piece[] = []
    while (this.#thawed && this.#window > 0 && this.#blocks.length > 0) {
      const { bytes, from, end } = this.#blocks.shift()!
      this.#window -= end - from
      pieces.push({ parts: [bytes.subarray(from, end)], dropped: 0 })
    }
    return pieces
  }

  giveUp(): number {
    return this.#blocks.splice(0).reduce((sum, { count }) => sum + count, 0)
  }

  /** Its memory is free for others. Safe twice. */
  close(): void {
    if (!this.#closed) this.#onClosed()
    this.#closed = true
  }

  #blockFor(length: number): Block {
    const last = this.#blocks.at(-1)
    if (last && last.end + length <= blockBytes) return last
    const oldest = this.#blocks.length >= this.#most ? this.#blocks.shift() : undefined
    this.overwritten += oldest?.count ?? 0
    const next = { bytes: oldest?.bytes ?? Buffer.allocUnsafeSlow(blockBytes), from: 0, end: 0, count: 0 }
    this.#blocks.push(next)
    return next
  }
}

function recordEnd(bytes: Buffer, at: number): number {
  return at + 16 + bytes.readUInt32LE(at + 8)
}

const blockBytes = 64 << 10
/** of all rings of a probe: it has to stay below what a sweep is promised to cost */
const memoryBytes = 8 << 20
