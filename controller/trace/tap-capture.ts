import type { Params } from '#facts/fact.ts'
import type { OpenStream, StreamEnding, StreamEvents, StreamPiece } from '../link/streams.ts'

export type CaptureMode = 'immediate' | 'buffered'

export interface TapCaptureOptions {
  readonly open: (params: Params, events: StreamEvents) => OpenStream
  /** without `immediate` */
  readonly params: Params
  /** ms, steady */
  readonly now: () => number
  readonly events: {
    /** captures of the tap count up from 0 */
    onData(capture: number, piece: StreamPiece): void
    /** the capture is over, another took its place before */
    onHandedOver(capture: number): void
    onSwitch(mode: CaptureMode, perSecond: number): void
    /** once, last: nothing is captured any more */
    onEnd(capture: number, ending: StreamEnding): void
  }
}

/**
 * One tap's capture, in the mode that suits its rate: each packet at once while there are few, in the kernel's blocks (up to a second late, for a tenth of the work)
 * while there are many. At a switch the next capture listens before the last one ends, so that nothing is missed between them.
 */
export class TapCapture {
  readonly #options: TapCaptureOptions
  readonly #open = new Map<number, OpenStream>()
  #current = 0
  #begun = -1
  #mode: CaptureMode = 'immediate'
  /** undefined: none of the current capture yet */
  #counted: { readonly matched: number; readonly at: number } | undefined
  #quiet = 0
  /** a switch that failed once is not tried again */
  #isFixed = false
  #stopped = false
  #ending: StreamEnding | undefined

  constructor(options: TapCaptureOptions) {
    this.#options = options
    this.#begin('immediate')
  }

  grant(capture: number, bytes: number): void {
    this.#open.get(capture)?.grant(bytes)
  }

  /** What is captured by now still comes, then `onEnd`. Safe twice. */
  close(): void {
    this.#stopped = true
    for (const stream of this.#open.values()) stream.close()
  }

  #begin(mode: CaptureMode, perSecond = 0): void {
    const capture = ++this.#begun
    let listens = false
    const stream = this.#options.open({ ...this.#options.params, immediate: mode === 'immediate' }, {
      onData: piece => {
        if (!listens && capture > this.#current) this.#handOver(capture, mode, perSecond)
        listens = true
        this.#options.events.onData(capture, piece)
        if (piece.counters && capture === this.#current) this.#count(piece.counters.matched)
      },
      onEnd: ending => {
        this.#open.delete(capture)
        if (capture === this.#current) this.#ending = ending
        if (capture > this.#current) this.#isFixed = true
        else if (capture < this.#current) this.#options.events.onHandedOver(capture)
        if (this.#open.size === 0) this.#options.events.onEnd(this.#current, this.#ending ?? ending)
        else if (capture === this.#current) this.close()
      },
    })
    this.#open.set(capture, stream)
    if (this.#stopped) stream.close()
  }

  #handOver(capture: number, mode: CaptureMode, perSecond: number): void {
    const last = this.#current
    this.#current = capture
    this.#mode = mode
    this.#counted = undefined
    this.#options.events.onSwitch(mode, perSecond)
    this.#open.get(last)?.close()
  }

  #count(matched: number): void {
    const at = this.#options.now()
    const before = this.#counted
    this.#counted = { matched, at }
    if (!before || at <= before.at || this.#isFixed || this.#stopped || this.#begun > this.#current || this.#open.size > 1) return
    const perSecond = Math.round(((matched - before.matched) * 1000) / (at - before.at))
    this.#quiet = perSecond < calmPerSecond ? this.#quiet + 1 : 0
    if (this.#mode === 'immediate' && perSecond > busyPerSecond) this.#begin('buffered', perSecond)
    if (this.#mode === 'buffered' && this.#quiet >= calmCounts) this.#begin('immediate', perSecond)
  }
}

/** above which a wake-up per packet costs more than what it is worth (peers.md §2) */
const busyPerSecond = 15_000
const calmPerSecond = 5000
/** counts of a second each */
const calmCounts = 5
