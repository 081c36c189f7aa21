import type { Params } from '#facts/fact.ts'
import type { OpenStream, StreamEnding, StreamEvents, StreamPiece } from '../link/streams.ts'

export type CaptureMode = 'immediate' | 'buffered'

export interface TapCaptureOptions {
  readonly open: (params: Params, events: StreamEvents) => OpenStream
  /** without `immediate` */
  readonly params: Params
  /** never switches */
  readonly isFixed?: boolean
  /** ms, steady */
  readonly now: () => number
  /** Unix ms, of the clock its packets are timed by, and at most */
  readonly packetClock: () => number
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
 * One tap's capture, in the mode that suits its rate: each packet at once while there are few, in the kernel's blocks (up to 1.9 s late, for a tenth of the work)
 * while there are many. At a switch the next capture listens before the last one ends, and that is told to end when it has brought what came before: nothing is missed between them.
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
  #isFixed: boolean
  #stopped = false
  /** the capture that another has taken the place of, and until when its packets are wanted, by the clock they are timed by */
  #leaving: { readonly capture: number; readonly untilMs: number; readonly late: NodeJS.Timeout } | undefined
  #ending: StreamEnding | undefined

  constructor(options: TapCaptureOptions) {
    this.#options = options
    this.#isFixed = options.isFixed ?? false
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
        if (capture === this.#leaving?.capture) this.#letGo(piece)
      },
      onEnd: ending => {
        this.#open.delete(capture)
        if (capture === this.#leaving?.capture) clearTimeout(this.#leaving.late)
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
    this.#leaving = { capture: last, untilMs: this.#options.packetClock(), late: setTimeout(() => this.#open.get(last)?.close(), leavingMs) }
  }

  /** Ends the last capture when its packets have come to what the next one brings, too, or when it has none left. */
  #letGo({ payload, counters }: StreamPiece): void {
    const { capture, untilMs } = this.#leaving!
    if (timeOf(payload) > untilMs || (counters && counters.captured + counters.kernelDropped >= counters.matched)) this.#open.get(capture)?.close()
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

/** Unix ms of the first record of a piece, if any (agent/captures/records.ts) */
function timeOf(payload: Uint8Array): number {
  if (payload.length < 8) return Number.NEGATIVE_INFINITY
  const view = new DataView(payload.buffer, payload.byteOffset)
  return view.getUint32(0, true) * 1000 + view.getUint32(4, true) / 1e6
}

/** for a capture to bring what the kernel holds for it, when another has taken its place */
const leavingMs = 3000
/** above which a wake-up per packet costs more than what it is worth (peers.md §2) */
const busyPerSecond = 15_000
const calmPerSecond = 5000
/** counts of a second each */
const calmCounts = 5
