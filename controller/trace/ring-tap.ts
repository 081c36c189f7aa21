import type { OpenStream, StreamEnding, StreamEvents, StreamPiece } from '../link/streams.ts'

/** One interface of an armed ring: counts while the probe keeps what comes, and hands it on when it is thawed. */
export class RingTap {
  /** resolves when it listens, or never will */
  readonly settled: Promise<void>
  /** resolves when nothing is captured any more */
  readonly over: Promise<void>
  matched = 0
  overwritten = 0
  /** when it began to listen; Unix ms */
  since: number | undefined
  ending: StreamEnding | undefined
  readonly #stream: OpenStream
  #sink: StreamEvents | undefined
  #begun = false
  /** what came before the first packet */
  #held: StreamPiece | undefined

  constructor(open: (events: StreamEvents) => OpenStream) {
    const settled = Promise.withResolvers<void>()
    const over = Promise.withResolvers<void>()
    this.settled = settled.promise
    this.over = over.promise
    this.#stream = open({
      onData: piece => {
        this.since ??= Date.now()
        settled.resolve()
        this.matched = piece.counters?.matched ?? this.matched
        this.overwritten = piece.counters?.overwritten ?? this.overwritten
        if (this.#sink) this.#pass(piece, this.#sink)
      },
      onEnd: ending => {
        this.ending = ending
        settled.resolve()
        over.resolve()
        if (this.#sink) this.#end(ending, this.#sink)
      },
    })
  }

  /** Ends the capture; what was kept comes to `events`: first the oldest packet, together with the counters that say what gave way before it. */
  thaw(events: StreamEvents, window: number): OpenStream {
    this.#sink = events
    const { ending } = this
    if (ending) queueMicrotask(() => this.#end(ending, events))
    this.#stream.grant(window)
    this.#stream.close()
    return this.#stream
  }

  /** Ends the capture; nothing of it is wanted. Safe twice. */
  drop(): void {
    this.#stream.close()
  }

  #pass(piece: StreamPiece, sink: StreamEvents): void {
    const counters = piece.counters ?? this.#held?.counters
    const whole = { payload: piece.payload, dropped: piece.dropped + (this.#held?.dropped ?? 0), ...(counters && { counters }) }
    if (!this.#begun && piece.payload.length === 0) {
      this.#held = whole
      return
    }
    this.#begun = true
    this.#held = undefined
    sink.onData(whole)
  }

  #end(ending: StreamEnding, sink: StreamEvents): void {
    if (this.#held) sink.onData(this.#held)
    this.#held = undefined
    sink.onEnd(ending)
  }
}
