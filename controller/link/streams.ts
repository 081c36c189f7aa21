import type { Params } from '#facts/fact.ts'
import type { Channel } from '#proto/channel.ts'
import type { Frames, StreamEnd } from '#proto/frames.ts'
import { ProtocolError } from '#proto/goodbye.ts'

export type StreamPiece = Omit<Frames['streamData'], 'stream'>

/** `gone`: the probe went away. */
export interface StreamEnding {
  readonly code: StreamEnd | 'gone'
  readonly message: string
}

export interface StreamEvents {
  /** first when the capture listens; `payload` is the receiver's to keep */
  onData(piece: StreamPiece): void
  /** once, last */
  onEnd(ending: StreamEnding): void
}

export interface OpenStream {
  /** bytes of payload the probe may send on top */
  grant(bytes: number): void
  /** The probe stops; what it has captured by then still comes, then `onEnd`. Safe twice. */
  close(): void
}

/** The streams of one session. */
export class LinkStreams {
  readonly #channel: Channel
  readonly #open = new Map<number, { events: StreamEvents; window: number; closing: boolean }>()
  #last = 0
  #gone: string | undefined

  constructor(channel: Channel) {
    this.#channel = channel
  }

  /** under way, those that are being closed included */
  get count(): number {
    return this.#open.size
  }

  open(capture: string, params: Params, window: number, events: StreamEvents): OpenStream {
    if (this.#gone !== undefined) {
      queueMicrotask(() => events.onEnd({ code: 'gone', message: this.#gone! }))
      return { grant: () => {}, close: () => {} }
    }
    const stream = ++this.#last
    const opened = { events, window, closing: false }
    this.#open.set(stream, opened)
    this.#channel.send('streamOpen', { stream, capture, params, window })
    return {
      grant: bytes => {
        if (!this.#open.has(stream)) return
        opened.window += bytes
        this.#channel.send('streamWindow', { stream, credit: bytes })
      },
      close: () => {
        if (!this.#open.has(stream) || opened.closing) return
        opened.closing = true
        this.#channel.send('streamClose', { stream, code: 'over', message: '' })
      },
    }
  }

  /** @throws {ProtocolError} for a stream never opened, and for a probe that does not hold its window */
  data({ stream, ...piece }: Frames['streamData']): void {
    const opened = this.#find(stream, 'streamData')
    if (!opened) return
    opened.window -= piece.payload.length
    if (opened.window < -overdraftBytes) throw new ProtocolError('overloaded', `stream ${stream} is ${-opened.window} bytes beyond its window`)
    opened.events.onData(piece)
  }

  /** @throws {ProtocolError} for a stream never opened */
  closed({ stream, code, message }: Frames['streamClose']): void {
    const opened = this.#find(stream, 'streamClose')
    this.#open.delete(stream)
    opened?.events.onEnd({ code, message })
  }

  /** The session is over. */
  over(message: string): void {
    this.#gone = message
    const open = [...this.#open.values()]
    this.#open.clear()
    for (const { events } of open) events.onEnd({ code: 'gone', message })
  }

  /** undefined: one that is over */
  #find(stream: number, kind: string) {
    if (stream < 1 || stream > this.#last) throw new ProtocolError('out-of-state', `a ${kind} for stream ${stream}, which was not opened`)
    return this.#open.get(stream)
  }
}

/** of the piece that may begin while any of the window is left */
const overdraftBytes = 1 << 20
