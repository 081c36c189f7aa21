import type { Socket } from 'node:net'
import { FactError } from '#facts/fact.ts'

/**
 * Cuts what BIRD sends into replies: each ends with its final line, four digits and a space. Lines that start with `+` come at any
 * time and end nothing. The socket is destroyed at the first limit that is hit.
 */
export class BirdReplyReader {
  readonly #socket: Socket
  readonly #maxLineBytes: number
  readonly #maxReplyBytes: number
  #chunks: Buffer[] = []
  #bytes = 0
  /** the line that is not complete yet */
  #line = Buffer.alloc(0)
  #waiting: { readonly resolve: (reply: { text: string; code: number }) => void; readonly reject: (error: FactError) => void; readonly maxBytes: number } | undefined
  /** came before it was waited for: only the welcome does */
  #early: { text: string; code: number } | undefined
  #failure: FactError | undefined

  constructor(socket: Socket, limits: { readonly maxReplyBytes: number; readonly maxLineBytes: number }) {
    this.#socket = socket
    this.#maxReplyBytes = limits.maxReplyBytes
    this.#maxLineBytes = limits.maxLineBytes
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', () => this.#fail(hungUp()))
    socket.on('close', () => this.#fail(hungUp()))
  }

  /**
   * The next whole reply. One at a time.
   * @throws {FactError} `timeout` with the message given, `too-long`, `failed` when the connection ended
   */
  async next(timeoutMs: number, silence: string, maxBytes = this.#maxReplyBytes): Promise<{ text: string; code: number }> {
    if (this.#failure) throw this.#failure
    const early = this.#early
    this.#early = undefined
    if (early) return early
    const { promise, resolve, reject } = Promise.withResolvers<{ text: string; code: number }>()
    this.#waiting = { resolve, reject, maxBytes: Math.min(maxBytes, this.#maxReplyBytes) }
    const timer = setTimeout(() => this.#fail(new FactError('timeout', `${silence} (${timeoutMs} ms)`)), timeoutMs)
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#waiting = undefined
    }
  }

  #take(chunk: Buffer): void {
    if (this.#failure) return
    let rest = chunk
    for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
      const line = this.#line.length === 0 ? rest.subarray(0, end + 1) : Buffer.concat([this.#line, rest.subarray(0, end + 1)])
      this.#line = Buffer.alloc(0)
      rest = rest.subarray(end + 1)
      this.#takeLine(line)
    }
    this.#line = Buffer.concat([this.#line, rest])
    if (this.#line.length > this.#maxLineBytes) this.#fail(new FactError('too-long', `BIRD sent a line of more than ${this.#maxLineBytes} bytes`))
  }

  #takeLine(line: Buffer): void {
    if (this.#failure) return
    const maxBytes = this.#waiting?.maxBytes ?? this.#maxReplyBytes
    this.#bytes += line.length
    if (line.length > this.#maxLineBytes || this.#bytes > maxBytes) {
      this.#fail(new FactError('too-long', `BIRD's reply is longer than ${maxBytes} bytes`))
      return
    }
    this.#chunks.push(line)
    const code = /^(\d{4}) /.exec(line.toString('latin1', 0, 5))?.[1]
    if (code === undefined) return
    const reply = { text: Buffer.concat(this.#chunks).toString('utf8'), code: Number(code) }
    this.#chunks = []
    this.#bytes = 0
    if (this.#waiting) this.#waiting.resolve(reply)
    else this.#early = reply
  }

  #fail(error: FactError): void {
    if (this.#failure) return
    this.#failure = error
    this.#chunks = []
    this.#socket.destroy()
    this.#waiting?.reject(error)
  }
}

const newline = 0x0a
const hungUp = (): FactError => new FactError('failed', 'BIRD closed the connection before its answer ended')
