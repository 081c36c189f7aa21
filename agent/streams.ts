import type { Captures } from './captures/capture.ts'
import type { CaptureCounters } from './captures/counters.ts'
import { Outbox } from './captures/outbox.ts'
import type { Channel } from '#proto/channel.ts'
import type { Frames, StreamEnd } from '#proto/frames.ts'
import { ProtocolError } from '#proto/goodbye.ts'
import { limits } from '#proto/limits.ts'

/** The captures one controller has opened in one session. */
export class Streams {
  readonly #captures: Captures | undefined
  readonly #channel: Channel
  readonly #open = new Map<number, Stream>()
  #last = 0

  constructor(captures: Captures | undefined, channel: Channel) {
    this.#captures = captures
    this.#channel = channel
  }

  /** @throws {ProtocolError} for an id that does not count up */
  open({ stream, capture, params, window }: Frames['streamOpen']): void {
    if (stream <= this.#last) throw new ProtocolError('out-of-state', `stream ${stream} after stream ${this.#last}`)
    this.#last = stream
    if (capture !== 'packets' || !this.#captures) return this.#channel.send('streamClose', { stream, code: 'unsupported', message: `this probe cannot stream ${capture}` })
    const opened = new Stream(stream, window, this.#channel, () => this.#open.delete(stream))
    this.#open.set(stream, opened)
    opened.end = this.#captures.begin(params, {
      onRecords: (records, count) => opened.add(records, count),
      onCounters: counters => opened.count(counters),
      onEnd: (code, message) => opened.close(code, message),
    })
  }

  /** Of a stream that is over: nothing. */
  grant({ stream, credit }: Frames['streamWindow']): void {
    this.#open.get(stream)?.grant(credit)
  }

  close(stream: number): void {
    this.#open.get(stream)?.end()
  }

  closeAll(): void {
    for (const stream of this.#open.values()) stream.end()
  }
}

/** One capture on the wire: its first packet at once, what follows within `tickMs` in one frame. */
class Stream {
  end = (): void => {}
  readonly #id: number
  readonly #channel: Channel
  readonly #outbox: Outbox
  readonly #onClosed: () => void
  #counters: CaptureCounters | undefined
  #listening = false
  #tick: NodeJS.Timeout | undefined
  #closing: (() => void) | undefined

  constructor(id: number, window: number, channel: Channel, onClosed: () => void) {
    this.#id = id
    this.#channel = channel
    this.#outbox = new Outbox(limits.streamBytes, window)
    this.#onClosed = onClosed
  }

  add(records: Buffer, count: number): void {
    if (!this.#listening) this.#send(Buffer.alloc(0), 0)
    this.#listening = true
    if (count > 0) this.#outbox.add(records, count)
    if (!this.#tick) this.#flush()
  }

  count(counters: CaptureCounters): void {
    this.#counters = counters
    this.#tick ??= setTimeout(() => this.#flush(), tickMs)
  }

  grant(bytes: number): void {
    this.#outbox.grant(bytes)
    if (!this.#tick) this.#flush()
  }

  /** What waits may still go for a while. */
  close(code: StreamEnd, message: string): void {
    const late = setTimeout(() => this.#closing?.(), lingerMs)
    this.#closing = () => {
      clearTimeout(late)
      clearTimeout(this.#tick)
      this.#closing = undefined
      this.#onClosed()
      // its first data says that a capture listens: one that never did has none
      if (this.#listening) this.#send(Buffer.alloc(0), this.#outbox.giveUp())
      this.#channel.send('streamClose', { stream: this.#id, code, message: message.slice(0, limits.messageBytes / 4) })
    }
    this.#flush()
  }

  #flush(): void {
    clearTimeout(this.#tick)
    this.#tick = undefined
    const pieces = this.#outbox.take()
    for (const { payload, dropped } of pieces) this.#send(payload, dropped)
    if (this.#closing && this.#outbox.isEmpty) return this.#closing()
    if (pieces.length === 0 && this.#counters) this.#send(Buffer.alloc(0), 0)
    if (pieces.length > 0) this.#tick = setTimeout(() => this.#flush(), tickMs)
  }

  #send(payload: Buffer, dropped: number): void {
    const counters = this.#counters
    this.#counters = undefined
    this.#channel.send('streamData', { stream: this.#id, payload, dropped, ...(counters && { counters }) })
  }
}

const tickMs = 5
const lingerMs = 5000
