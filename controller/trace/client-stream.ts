import { Readable } from 'node:stream'

/** How a client wants the trace. */
export type TraceFormat = 'journeys' | 'packets' | 'pcapng'

/** What one client reads. What it is too slow for is dropped and counted; nobody else waits for it. */
export class ClientStream extends Readable {
  readonly format: TraceFormat
  readonly #mostBytes: number
  /** tells the client in its own format what it missed */
  readonly #shedNote: (shed: number) => string | Buffer
  #shed = 0
  /** packets, or events, it was too slow for */
  shedTotal = 0

  constructor(format: TraceFormat, shedNote: (shed: number) => string | Buffer, mostBytes = 8 << 20) {
    super({ highWaterMark: 1 << 20 })
    this.format = format
    this.#shedNote = shedNote
    this.#mostBytes = mostBytes
  }

  /** `count`: packets or events in it, 0 for what must not be missed (the beginning and the end). */
  offer(chunk: string | Uint8Array, count: number): void {
    if (this.destroyed || this.readableEnded) return
    if (count > 0 && this.readableLength > this.#mostBytes) {
      this.#shed += count
      this.shedTotal += count
      return
    }
    if (this.#shed > 0) this.push(this.#shedNote(this.#shed))
    this.#shed = 0
    this.push(chunk)
  }

  finish(): void {
    if (!this.destroyed) this.push(null)
  }

  override _read(): void {}
}
