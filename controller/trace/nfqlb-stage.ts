import { type JourneyEvent, type NfqlbEvent, timeText, type TraceEvent } from './events.ts'
import { keyOf, type NfqlbMatch } from './nfqlb-lines.ts'
import { type NfqlbSelection, selects } from './nfqlb-selection.ts'
import { nfqlbBlock, nfqlbText, verdictText } from './nfqlb-text.ts'
import type { FileTime } from './pcapng.ts'
import type { Tap } from './taps.ts'

export interface NfqlbStageOptions {
  /** whole seconds since 1970 that times count from */
  readonly base: number
  readonly taps: readonly Tap[]
  readonly selection: NfqlbSelection
  readonly snaplen: number
  readonly onEvent: (event: TraceEvent) => void
  readonly onBlock: (block: Buffer) => void
}

/** Something nfqlb said that facts may speak against, and the packet it was said of, where that was seen. */
export interface NfqlbMark { readonly event: NfqlbEvent; readonly journey?: JourneyEvent }

interface Waiting { readonly match: NfqlbMatch; readonly balancer: number; readonly at: number }

/**
 * Brings what load balancers say of packets to the journeys of these packets, on their way out: of one flow and length, in the order both came. A journey waits a moment for what is
 * said of it, those behind it with it. What no journey comes for is told alone. Times are ns after the base.
 */
export class NfqlbStage {
  readonly #options: NfqlbStageOptions
  readonly #active: boolean[]
  readonly #balancerOf: readonly number[]
  /** by load balancer and flow, in the order they came */
  readonly #waiting = new Map<string, Waiting[]>()
  readonly #journeys: { readonly event: JourneyEvent; readonly since: number }[] = []
  readonly #flows = new Set<string>()
  #marks: NfqlbMark[] = []
  #lastTime: FileTime | undefined
  /** whether blocks are made */
  wantsBlocks = false

  constructor(options: NfqlbStageOptions) {
    this.#options = options
    const { balancers } = options.selection
    this.#active = balancers.map(() => false)
    this.#balancerOf = options.taps.map(({ pod }) => balancers.findIndex(balancer => balancer.pod === pod))
  }

  /** Whether a load balancer is traced from now on. */
  set(balancer: number, isActive: boolean): void {
    this.#active[balancer] = isActive
  }

  /** What a load balancer said; `at`: when that came. */
  add(balancer: number, matches: readonly NfqlbMatch[], at: number): void {
    for (const match of matches) {
      const waiting = { match, balancer, at }
      if (!selects(this.#options.selection, match.packet)) {
        this.#tell(waiting)
        continue
      }
      const key = `${balancer} ${keyOf(match.packet)}`
      const list = this.#waiting.get(key)
      if (list) list.push(waiting)
      else this.#waiting.set(key, [waiting])
    }
  }

  /** Journeys wait here, in their order; the rest goes on at once. */
  take(event: TraceEvent, now: number): void {
    if (event.type === 'journey') this.#journeys.push({ event, since: now })
    else this.#options.onEvent(event)
  }

  /** How far the file is written: what is told has no time of its own. */
  wrote(blocks: Buffer): void {
    for (let at = 0; at < blocks.length; at += blocks.readUInt32LE(at + 4)) {
      if (blocks.readUInt32LE(at) === enhancedPacket) this.#lastTime = { high: blocks.readUInt32LE(at + 12), low: blocks.readUInt32LE(at + 16) }
    }
  }

  /** Tells what needs to wait no longer. `ended`: nothing more comes. */
  run(now: number, ended = false): void {
    let told = 0
    for (const { event, since } of this.#journeys) {
      const found = this.#find(event)
      if (!found && this.#isAwaited(event) && now - since < patienceNs && !ended) break
      told += 1
      const nfqlb = found && this.#tell(found, event)
      this.#options.onEvent(nfqlb?.verdict ? { ...event, mark: { ...nfqlb.verdict, by: 'nfqlb trace', text: verdictText(nfqlb.verdict) } } : event)
    }
    this.#journeys.splice(0, told)
    for (const [key, list] of this.#waiting) {
      while (list.length > 0 && (ended || now - list[0]!.at > keptNs)) this.#tell(list.shift()!)
      if (list.length === 0) this.#waiting.delete(key)
    }
  }

  /** The first of each flow and mark, since the last call. */
  takeMarks(): readonly NfqlbMark[] {
    return this.#marks.splice(0)
  }

  /** Takes it from those that wait. */
  #find(event: JourneyEvent): Waiting | undefined {
    const balancer = this.#balancerFor(event)
    const list = balancer === undefined ? undefined : this.#waiting.get(`${balancer} ${keyOf(event.packet)}`)
    // short frames are padded on the wire; nfqlb tells no more than 1500 bytes
    const length = Math.min(1500, event.packet.length - ethernetBytes)
    const at = list?.findIndex(({ match: { packet } }) => packet.length === length || (event.packet.length <= shortestFrame && packet.length < length)) ?? -1
    return at < 0 ? undefined : list!.splice(at, 1)[0]
  }

  #isAwaited(event: JourneyEvent): boolean {
    const balancer = this.#balancerFor(event)
    return balancer !== undefined && this.#active[balancer]! && selects(this.#options.selection, event.packet)
  }

  /** The load balancer a request came to. */
  #balancerFor({ way, hops }: JourneyEvent): number | undefined {
    if (way !== 'request') return undefined
    return hops.map(({ tap }) => this.#balancerOf[tap]!).find(balancer => balancer >= 0)
  }

  #tell({ match, balancer, at }: Waiting, journey?: JourneyEvent): NfqlbEvent {
    const { base, snaplen, selection, taps, onEvent, onBlock } = this.#options
    const { flow, packet, verdict, paired, among } = match
    const event: NfqlbEvent = {
      type: 'nfqlb', at: timeText(base, at), pod: selection.balancers[balancer]!.pod, text: nfqlbText(match), packet, paired,
      ...(flow !== undefined && { flow }), ...(verdict && { verdict }), ...(among && { among }), ...(journey && { journey: journey.id }),
    }
    onEvent(event)
    this.#note(event, journey)
    if (this.wantsBlocks) onBlock(nfqlbBlock(event, { base, interface: taps.length + balancer, snaplen, ...(this.#lastTime ? { time: this.#lastTime } : { at }) }))
    return event
  }

  #note(event: NfqlbEvent, journey: JourneyEvent | undefined): void {
    const { pod, packet, verdict, paired } = event
    // a computed one is what facts say
    if (!verdict || paired === 'computed' || this.#flows.size >= mostFlows) return
    const key = `${pod} ${keyOf(packet)} ${verdict.fwmark}`
    if (this.#flows.has(key)) return
    this.#flows.add(key)
    this.#marks.push({ event, ...(journey && { journey }) })
  }
}

const enhancedPacket = 6
const ethernetBytes = 14
const shortestFrame = 60
/** from a packet's journey to what nfqlb says of it: the probe looks every 50 ms */
const patienceNs = 400e6
/** a journey may be told seconds after its packet */
const keptNs = 10e9
/** whose marks are compared with the predicted ones */
const mostFlows = 256
