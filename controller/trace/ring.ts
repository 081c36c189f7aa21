import { createWriteStream, statSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { StreamPiece } from '../link/streams.ts'
import type { EndedEvent } from './events.ts'
import type { RingCapture, RingTapView } from './ring-record.ts'
import { RingTap } from './ring-tap.ts'
import { TraceError } from './request.ts'
import { type Sight, type SightOptions, traceOptions } from './sight.ts'
import { Trace } from './trace.ts'

export interface RingOptions {
  readonly sight: Sight
  readonly sightOptions: SightOptions
  readonly snaplen: number
  readonly seconds: number
  readonly keepSeconds: number
  /** of each pod's probe */
  readonly bytes: number
  /** it has ended, or every capture of it has */
  readonly onOver: (reason: string) => void
}

/** A ring that is armed: a capture per interface, kept in its probe. It ends when it is frozen or disarmed, after its seconds, and when all its captures have ended. */
export class Ring {
  readonly #options: RingOptions
  readonly #taps: readonly RingTap[]
  readonly #bytes: readonly number[]
  readonly #timer: NodeJS.Timeout
  #over = false

  constructor(options: RingOptions) {
    this.#options = options
    const { sight: { taps, filter, probes }, bytes, snaplen, seconds, keepSeconds, onOver } = options
    this.#bytes = taps.map(({ pod }) => shareOf(bytes, taps.filter(tap => tap.pod === pod).length))
    this.#taps = taps.map(({ pod, interface: name }, index) => new RingTap(events => probes.get(pod)!.stream('ring', {
      interface: name, filter, snaplen, seconds: Math.min(86_400, seconds + 60), immediate: false, ringBytes: this.#bytes[index]!, ringSeconds: keepSeconds,
    }, 0, events)))
    this.#timer = setTimeout(() => this.#end(onOver, `${seconds} s are over`), seconds * 1000)
    void Promise.all(this.#taps.map(({ over }) => over)).then(() => this.#end(onOver, 'every capture has ended'))
  }

  /** Resolves when every interface is kept that can be. @throws {TraceError} when none can */
  async listening(): Promise<void> {
    await Promise.all(this.#taps.map(({ settled }) => settled))
    if (this.#taps.some(({ ending }) => !ending)) return
    this.#over = true
    clearTimeout(this.#timer)
    throw new TraceError('trace-refused', `nothing is kept: ${[...new Set(this.#taps.map(({ ending }) => ending?.message))].join('; ')}`)
  }

  view(): readonly RingTapView[] {
    return this.#options.sight.taps.map(({ label, pod, interface: name }, index) => {
      const { ending, matched, overwritten } = this.#taps[index]!
      return { label, pod, interface: name, bytes: this.#bytes[index]!, state: ending ? 'ended' : 'armed', ...(ending && { message: ending.message }), matched, overwritten }
    })
  }

  /** Ends the captures and makes files of what they kept: the packets, and the events of a trace over them. Rejects when a file cannot be written. */
  async freeze(files: { readonly packets: string; readonly events: string }): Promise<RingCapture> {
    this.#leave()
    const { sight, sightOptions, keepSeconds } = this.#options
    // what the kernel has not handed over yet
    await delay(blockMs)
    const options = await traceOptions(sight, sightOptions, AbortSignal.timeout(clocksMs))
    const at = Date.now()
    const trace = new Trace({
      ...options, seconds: readSeconds,
      open: ({ tap }, _params, events) => this.#taps[tap]!.thaw(events, windowBytes),
      frozen: { at, sinceMs: (tap, first) => sinceOf(first, { since: this.#taps[tap]!.since ?? at, oldest: at - keepSeconds * 1000, offsetNs: options.setup.clocks[tap]!.offsetNs }) },
    })
    const writing = [['pcapng', files.packets], ['journeys', files.events]] as const
    const written = Promise.all(writing.map(([format, file]) => pipeline(trace.attach(format, { mostBytes: Number.POSITIVE_INFINITY }), createWriteStream(file, { mode: 0o600 }))))
    written.catch(error => trace.stop(`its file cannot be written: ${error.message}`))
    const ended = await trace.ended
    await written
    if (!ended) throw new Error('the trace over it failed')
    return captureOf(ended, statSync(files.packets).size)
  }

  /** Resolves when nothing of it is left in the probes. Safe twice. */
  async disarm(): Promise<void> {
    this.#leave()
    for (const tap of this.#taps) tap.drop()
    await Promise.race([Promise.all(this.#taps.map(({ over }) => over)), delay(disarmMs, undefined, { ref: false })])
  }

  #leave(): void {
    this.#over = true
    clearTimeout(this.#timer)
  }

  #end(onOver: RingOptions['onOver'], reason: string): void {
    if (this.#over) return
    void this.disarm()
    onOver(reason)
  }
}

/** Of a probe's bytes, for one of so many interfaces; whole blocks of the probe. */
function shareOf(bytes: number, taps: number): number {
  return Math.floor(bytes / taps / blockBytes) * blockBytes
}

/** Since when all that passed an interface is in its ring, Unix ms: since it listens, or since the first packet that did not give way. */
function sinceOf({ payload, counters }: StreamPiece, { since, oldest, offsetNs }: { readonly since: number; readonly oldest: number; readonly offsetNs: number }): number {
  if (!counters?.overwritten) return since
  if (payload.length < 8) return oldest
  const record = new DataView(payload.buffer, payload.byteOffset)
  return record.getUint32(0, true) * 1000 + (record.getUint32(4, true) - offsetNs) / 1e6
}

function captureOf({ rows, outcomes, findings }: EndedEvent, bytes: number): RingCapture {
  return {
    bytes, packets: rows.reduce((sum, { delivered }) => sum + delivered, 0), outcomes, rows,
    findings: findings.map(({ check, subject, text, packets }) => ({ check, pod: `${subject.namespace}/${subject.name}`, text, packets })),
  }
}

/** the longest libpcap lets a block of packets fill, and its way */
const blockMs = 1200
const clocksMs = 10_000
/** for all that was kept to come and be written */
const readSeconds = 60
const disarmMs = 5000
/** of each tap: what may be under way from a probe */
const windowBytes = 256 << 10
/** agent/captures/ring.ts */
const blockBytes = 64 << 10
