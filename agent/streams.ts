import type { CaptureEvents, Captures } from './captures/capture.ts'
import { Outbox, type Waiting } from './captures/outbox.ts'
import { captures } from './captures/request.ts'
import type { Channel } from '#proto/channel.ts'
import type { Counters, Frames, StreamEnd } from '#proto/frames.ts'
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
    const known = captures.find(name => name === capture)
    const nfqlb = capture === 'nfqlb-trace' ? this.#captures?.nfqlb : undefined
    if (!this.#captures || !(known ?? nfqlb)) return this.#channel.send('streamClose', { stream, code: 'unsupported', message: `this probe cannot stream ${capture}` })
    let waiting: Waiting
    try {
      waiting = known === 'ring' ? this.#captures.rings.ring(params, window) : new Outbox(limits.streamBytes, window)
    } catch (error) {
      return this.#channel.send('streamClose', { stream, code: 'refused', message: (error as Error).message })
    }
    const opened = new Stream(stream, { outbox: waiting, isImmediate: params['immediate'] === true, channel: this.#channel, onClosed: () => this.#open.delete(stream) })
    this.#open.set(stream, opened)
    const events: CaptureEvents = {
      onRecords: (records, count) => opened.add(records, count),
      onCounters: counters => opened.count(counters),
      onEnd: (code, message) => opened.close(code, message),
    }
    opened.end = nfqlb ? nfqlb.begin(params, events) : this.#captures.begin(params, events, known)
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

/** One capture on the wire: its first packet at once, unless it comes late anyway; what follows within `tickMs` in one frame. */
class Stream {
  end = (): void => {}
  readonly #id: number
  readonly #channel: Channel
  readonly #outbox: Waiting
  readonly #isImmediate: boolean
  readonly #onClosed: () => void
  /** not told yet */
  #counters: Counters | undefined
  #lastCounters: Counters | undefined
  #late: NodeJS.Timeout | undefined
  #listening = false
  #tick: NodeJS.Timeout | undefined
  #closing: (() => void) | undefined

  constructor(id: number, { outbox, isImmediate, channel, onClosed }: { readonly outbox: Waiting; readonly isImmediate: boolean; readonly channel: Channel; readonly onClosed: () => void }) {
    this.#id = id
    this.#channel = channel
    this.#outbox = outbox
    this.#isImmediate = isImmediate
    this.#onClosed = onClosed
  }

  add(records: Buffer, count: number): void {
    if (!this.#listening) this.#send([], 0)
    this.#listening = true
    if (count > 0) this.#outbox.add(records, count)
    if (this.#isImmediate && !this.#tick) this.#flush()
    this.#tick ??= setTimeout(() => this.#flush(), tickMs)
  }

  count(counters: Counters): void {
    this.#counters = this.#lastCounters = counters
    this.#tick ??= setTimeout(() => this.#flush(), tickMs)
  }

  grant(bytes: number): void {
    this.#outbox.grant(bytes)
    this.#late?.refresh()
    if (!this.#tick) this.#flush()
  }

  /** What waits may still go for a while. */
  close(code: StreamEnd, message: string): void {
    this.#outbox.thaw?.(Date.now() / 1000)
    if (this.#outbox.overwritten) this.#counters = this.#lastCounters
    this.#late = setTimeout(() => this.#closing?.(), lingerMs)
    this.#closing = () => {
      clearTimeout(this.#late)
      clearTimeout(this.#tick)
      this.#closing = undefined
      this.#onClosed()
      // its first data says that a capture listens: one that never did has none
      if (this.#listening) this.#send([], this.#outbox.giveUp())
      this.#outbox.close?.()
      this.#channel.send('streamClose', { stream: this.#id, code, message: message.slice(0, limits.messageBytes / 4) })
    }
    this.#flush()
  }

  #flush(): void {
    clearTimeout(this.#tick)
    const pieces = this.#outbox.take()
    // a window that is granted meanwhile waits for it
    this.#tick = pieces.length > 0 ? setTimeout(() => this.#flush(), tickMs) : undefined
    for (const { parts, dropped } of pieces) this.#send(parts, dropped)
    if (this.#closing && this.#outbox.isEmpty) return this.#closing()
    if (pieces.length === 0 && this.#counters) this.#send([], 0)
  }

  #send(parts: readonly Buffer[], dropped: number): void {
    const counters = this.#counters
    const { overwritten } = this.#outbox
    this.#counters = undefined
    this.#channel.sendData(parts, { stream: this.#id, dropped, ...(counters && { counters: { ...counters, ...(overwritten && { overwritten }) } }) })
  }
}

const tickMs = 5
const lingerMs = 5000
