import type { Counters } from '#proto/frames.ts'
import type { EngineOutput, EngineSetup } from './engine-setup.ts'
import { type EndedEvent, timeText } from './events.ts'
import { FileStream } from './file-stream.ts'
import { Handover } from './handover.ts'
import { viewOfJourney } from './journey-view.ts'
import { Journeys, type Told } from './journeys.ts'
import { Ledger } from './ledger.ts'
import { Merge } from './merge.ts'
import { readPacket } from './packet.ts'
import { viewOf } from './packet-view.ts'
import { Steps } from './steps.ts'
import { Suspects } from './suspects.ts'
import type { CaptureMode } from './tap-capture.ts'
import type { Captured } from './tap-queue.ts'
import { type Knowledge, type Outcome, verdictOf } from './verdict.ts'
import { Vips } from './vips.ts'

type TapState = { readonly state: 'opening' | 'live' } | { readonly state: 'ended' | 'failed'; readonly message: string }

/** Makes one stream of what the taps bring: merged in time, followed from hop to hop, with a ledger of what was lost. No I/O, no clock: `now` is ns after the base. */
export class Engine {
  /** what somebody listens to; the rest is not made */
  wants = { blocks: false, packets: false, journeys: true }
  /** what may become a finding */
  readonly suspects: Suspects
  readonly #setup: EngineSetup
  readonly #out: EngineOutput
  readonly #merge: Merge
  readonly #ledger: Ledger
  readonly #handovers: readonly Handover[]
  readonly #journeys: Journeys
  readonly #states: TapState[]
  readonly #owners: ReadonlyMap<string, { readonly pod: string; readonly interface: string }>
  readonly #outcomes: Partial<Record<Outcome, number>> = {}
  readonly #errorsNs: number[]
  readonly #file: FileStream
  #since = Number.POSITIVE_INFINITY
  #latestSince = Number.NEGATIVE_INFINITY
  #now = 0
  #followed = 0
  #endedAt: number | undefined
  #told = ''
  #untoldFor = 0

  constructor(setup: EngineSetup, out: EngineOutput) {
    const { base, taps, steps, clocks, probes, leastGraceNs, isFrozen = false } = setup
    this.#setup = setup
    this.#out = out
    this.#owners = new Map(setup.macs)
    const vips = new Vips(setup.vips)
    this.#file = new FileStream(base, taps, vips)
    this.#states = taps.map(() => ({ state: 'opening' }))
    this.#errorsNs = clocks.map(({ errorNs }) => errorNs)
    this.#ledger = new Ledger(taps.length)
    this.#handovers = taps.map(() => new Handover())
    this.suspects = new Suspects(taps, () => this.#ledger.rows())
    this.#merge = new Merge({ base, offsetsNs: clocks.map(({ offsetNs }) => offsetNs), probes, leastGraceNs, isFrozen, onPacket: captured => this.#take(captured), onLate: captured => this.#takeLate(captured) })
    const stepsOfTaps = new Steps(taps, mac => this.#owners.get(mac))
    this.#journeys = new Journeys({
      vips, portChanges: setup.portChanges, steps, quietNs, settleNs, maxOpen,
      stepOf: (way, tap, from, to) => stepsOfTaps.of(way, tap, from, to),
      isKnown: (at, now) => now - at > patienceNs || this.#states.every(({ state }, tap) => state !== 'live' || this.#ledger.countedAt(tap) > at + countingNs),
      onDone: (told, end) => this.#done(told, end),
    })
  }

  /** bytes of records that wait to be merged */
  get waiting(): number {
    return this.#merge.bytes + this.#handovers.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** A capture that had used up its window may send again. */
  refilled(tap: number): void {
    this.#merge.refilled(tap)
  }

  /** Probes that should say whether they have more. */
  get blocking(): readonly number[] {
    return this.#merge.blocking()
  }

  /** All that a probe had read has come; `at`: its clock then, Unix ms. */
  beat(probe: number, at: number): void {
    const tap = this.#setup.probes.indexOf(probe)
    this.#merge.beat(probe, at * 1e6 - this.#setup.base * 1e9 - this.#setup.clocks[tap]!.offsetNs)
  }

  /** Nothing that passed the tap from `since` on was missed, but for what the ledger says. */
  listening(tap: number, since: number): void {
    if (this.#states[tap]!.state === 'opening') this.#states[tap] = { state: 'live' }
    this.#latestSince = Math.max(this.#latestSince, since)
    if (this.#states.every(({ state }) => state !== 'opening')) this.#since = Math.min(this.#since, this.#latestSince)
  }

  /** @throws {SyntaxError} when it is not whole records: the tap is not to be believed */
  data(tap: number, capture: number, records: Buffer, dropped: number, now: number): void {
    const handover = this.#handovers[tap]!
    if (handover.hold(capture, records, dropped)) return this.#merge.set(tap, { held: true })
    const { count, skipped } = this.#merge.add(tap, records, dropped, now, handover.overlaps)
    if (handover.took(count, skipped)) this.#ledger.gap(tap, capture - 1)
    this.#ledger.received(tap, capture, count + skipped, dropped, skipped)
  }

  /** The capture is over, the next one goes on in its place. */
  handedOver(tap: number, capture: number, now: number): void {
    this.#ledger.close(tap, capture)
    for (const { records, dropped } of this.#handovers[tap]!.next(capture)) this.data(tap, capture + 1, records, dropped, now)
    this.#merge.set(tap, { held: this.#handovers[tap]!.isWaiting })
  }

  /** How a tap is captured from now on. */
  switched(tap: number, mode: CaptureMode, perSecond: number, now: number): void {
    this.#merge.set(tap, { buffered: mode === 'buffered' })
    this.#out.onEvent({ type: 'switch', at: timeText(this.#setup.base, now), tap, mode, perSecond })
    if (this.wants.blocks) this.#file.remark(tap, now, `captured ${mode} from now on, at ${perSecond} packets a second`)
  }

  counted(tap: number, capture: number, counters: Counters, now: number): void {
    this.#merge.counted(tap, counters.answeredMs * 1e6)
    const before = this.#ledger.row(tap).kernelDropped
    this.#ledger.counted(tap, capture, counters, now)
    this.#file.dropped(tap, this.#ledger.row(tap).kernelDropped - before)
  }

  /** How wrong a tap's clock may be by now. */
  clock(tap: number, errorNs: number): void {
    this.#errorsNs[tap] = errorNs
  }

  ended(tap: number, capture: number, how: { readonly state: 'ended' | 'failed'; readonly message: string }, now: number): void {
    this.#states[tap] = how
    this.#merge.end(tap)
    if (how.state === 'ended') this.#ledger.close(tap, capture)
    this.#out.onEvent({ type: 'tap', tap, ...how })
    this.listening(tap, this.#setup.isFrozen ? Number.NEGATIVE_INFINITY : now)
  }

  /** Tells what may be told by now. */
  run(now: number): void {
    this.#now = now
    this.#merge.run(now)
    this.#journeys.run(Math.min(now, this.#merge.mark(now)))
    this.#flush()
  }

  /** The ledger as it stands, in the file and to whom it may concern; about once a second. */
  tell(now: number): void {
    const rows = this.#ledger.rows()
    if (this.wants.blocks) this.#file.statistics(rows, now)
    const told = JSON.stringify(rows)
    this.#untoldFor += 1
    // also when nothing changes, so that whoever reads knows that it goes on
    if (told !== this.#told || this.#untoldFor >= longestSilence) {
      this.#out.onEvent({ type: 'ledger', at: timeText(this.#setup.base, now), rows })
      this.#untoldFor = 0
    }
    this.#told = told
    this.#flush()
  }

  /** All taps are over: tells the rest. `stoppedAt`: when they were asked to end. */
  finish(stoppedAt: number, now: number, reason: string): void {
    this.#now = now
    this.#endedAt = stoppedAt
    this.#merge.run(now, true)
    this.#journeys.run(now, true)
    this.tell(now)
    const ended: EndedEvent = { type: 'ended', at: timeText(this.#setup.base, now), reason, outcomes: { ...this.#outcomes }, rows: this.#ledger.rows(), findings: [] }
    this.#out.onEvent(ended)
  }

  #take(captured: Captured): void {
    const { tap, at, bytes, start, end, length } = captured
    this.#ledger.delivered(tap)
    const packet = readPacket(bytes, start, end)
    const id = packet ? this.#journeys.see(packet, tap, at, length) : 0
    if (this.wants.packets && packet) this.#out.onEvent({ type: 'packet', id, at: timeText(this.#setup.base, at), tap, packet: viewOf(packet, length) })
    if (this.wants.blocks) this.#file.packet(captured, packet, id)
  }

  /** Too late for the order, not for the packet's journey: what was seen is not called lost. */
  #takeLate({ tap, at, bytes, start, end, length }: Captured): void {
    this.#ledger.late(tap)
    const packet = readPacket(bytes, start, end)
    if (packet) this.#journeys.see(packet, tap, at, length)
  }

  #done(told: Told, end: 'arrived' | 'quiet' | 'given-up'): void {
    const { count, base } = this.#setup
    if (count > 0 && this.#followed >= count) return
    this.#followed += 1
    const isOpen = end === 'quiet' && this.#endedAt !== undefined && this.#endedAt - told.last < quietNs
    const verdict = end === 'arrived' ? arrived : verdictOf(told.journey(), isOpen ? 'ended' : end, this.#knowledge())
    this.#outcomes[verdict.outcome] = (this.#outcomes[verdict.outcome] ?? 0) + 1
    const isSuspect = this.suspects.concern(told, verdict.outcome)
    if (isSuspect || this.wants.journeys) {
      const event = viewOfJourney(told.journey(), verdict, { base, errorsNs: this.#errorsNs, knowledge: this.#knowledge() })
      if (this.wants.journeys) this.#out.onEvent(event)
      if (isSuspect) this.suspects.note(event)
    }
    if (this.#followed === count) this.#out.onEnough()
  }

  #knowledge(): Knowledge {
    const { taps, steps, unseen } = this.#setup
    return { taps, steps, unseen, since: this.#since, ownerOf: mac => this.#owners.get(mac), gapOf: tap => this.#gapOf(tap) }
  }

  #gapOf(tap: number): string | undefined {
    const state = this.#states[tap]!
    if (state.state === 'failed') return `is not captured: ${state.message}`
    const { late } = this.#ledger.row(tap)
    const lost = this.#ledger.lost(tap)
    if (lost > 0) return `lost ${lost} packets`
    if (late > 0) return `brought ${late} packets late`
    const silentMs = (this.#now - this.#ledger.countedAt(tap)) / 1e6
    return state.state === 'live' && silentMs > patienceNs / 1e6 ? `has not counted for ${Math.round(silentMs / 1000)} s` : undefined
  }

  #flush(): void {
    const taken = this.#file.take()
    if (taken) this.#out.onBlocks(taken.blocks, taken.packets)
  }
}

const arrived = { outcome: 'arrived' } as const
/** how long after its last sighting a packet is waited for: it may stand in a load balancer's queue */
const quietNs = 2e9
const settleNs = 300e6
/** for the counters of all taps; also how long one may be silent */
const patienceNs = 6e9
/** from counting to hearing of it, at most */
const countingNs = 200e6
const maxOpen = 200_000
/** tellings, about a second each */
const longestSilence = 10
