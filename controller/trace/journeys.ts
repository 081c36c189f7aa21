import { Identities, type PortChange } from './identity.ts'
import type { Packet } from './packet.ts'

export type Way = 'request' | 'reply' | 'other'

/** One look at a packet on its way. */
export interface Sighting {
  readonly tap: number
  /** ns of the trace's clock */
  readonly at: number
  /** MAC addresses of its frame */
  readonly from: string
  readonly to: string
  /** copies seen there: parts of it, or floods */
  copies: number
}

/** One packet, wherever it was seen. */
export interface Journey {
  /** counts up from 1 in order of first sight */
  readonly id: number
  readonly way: Way
  readonly packet: Packet
  readonly length: number
  readonly sightings: Sighting[]
  /** a packet with the same TCP bytes went before */
  readonly again: boolean
  /** time of the last sighting */
  last: number
}

export interface JourneysOptions {
  /** VIPs in hex: what goes to one is a request, what comes from one a reply */
  readonly vips: ReadonlySet<string>
  readonly portChanges: readonly PortChange[]
  /** whether a journey is over with this sighting: it has arrived */
  readonly isEnd: (way: Way, sighting: Sighting) => boolean
  /** whether it was seen wherever it should have been on its way */
  readonly isWhole: (journey: Journey) => boolean
  /** how long after its last sighting nothing more is expected of a packet */
  readonly quietNs: number
  /** the same for one that has arrived: between two clocks a hop may come in after the end */
  readonly settleNs: number
  /** Whether it is known by now, for all taps, what was lost until `at`: only then a packet is "never seen". */
  readonly isKnown: (at: number, now: number) => boolean
  /** packets followed at once; the oldest is given up for a new one */
  readonly maxOpen: number
  /** in order of first sight */
  readonly onDone: (journey: Journey, end: 'arrived' | 'quiet' | 'given-up') => void
}

interface Following {
  readonly journey: Journey
  readonly identity: number
  /** of a TCP segment with payload: its flow, and how many of its bytes each tap has shown */
  readonly segment?: { readonly flow: number; readonly seq: number; readonly length: number; readonly shown: Map<number, number> }
  state: 'open' | 'arrived'
  told: boolean
}

/**
 * Finds the same packet on several taps. Equal packets are told apart by where they were seen: a second sight on a tap is another packet. GRO and TSO merge and
 * split TCP segments between hops, so a segment that equals none is a part, or a merger, of those whose bytes it carries.
 */
export class Journeys {
  readonly #options: JourneysOptions
  readonly #identities: Identities
  readonly #byIdentity = new Map<number, Following[]>()
  readonly #byFlow = new Map<number, Following[]>()
  readonly #segments = new Map<number, number>()
  /** in order of first sight; those before `#untold` were told */
  #queue: Following[] = []
  #count = 0

  constructor(options: JourneysOptions) {
    this.#options = options
    this.#identities = new Identities(options.portChanges)
  }

  /** @returns the id of the packet's journey */
  see(packet: Packet, tap: number, at: number, length: number): number {
    const identity = this.#identities.ofPacket(packet)
    const same = this.#byIdentity.get(identity)?.find(({ journey }) => !journey.sightings.some(seen => seen.tap === tap))
    const found = same ? [same] : this.#overlapping(packet, tap)
    if (found.length === 0) return this.#begin(packet, identity, tap, at, length).journey.id
    for (const following of found) this.#add(following, packet, tap, at)
    return found[0]!.journey.id
  }

  /** Tells the journeys of which nothing more is expected at this time of the merged stream: all, when it has ended. */
  run(now: number, ended = false): void {
    const { quietNs, settleNs, isKnown, isWhole, onDone } = this.#options
    let told = 0
    for (const following of this.#queue) {
      const { journey, state } = following
      const idleNs = now - journey.last
      const isReady = ended || (state === 'arrived' ? idleNs > settleNs || isWhole(journey) : idleNs > quietNs && isKnown(journey.last, now))
      if (!following.told && !isReady) break
      if (!following.told) onDone(journey, state === 'arrived' ? 'arrived' : 'quiet')
      following.told = true
      told += 1
    }
    if (told === 0) return
    this.#queue = this.#queue.filter(following => {
      const isOver = following.told && (ended || now - following.journey.last > settleNs)
      if (isOver) this.#forget(following)
      return !isOver
    })
    for (const [segment, at] of this.#segments) {
      if (now - at < segmentKeptNs) break
      this.#segments.delete(segment)
    }
  }

  #begin(packet: Packet, identity: number, tap: number, at: number, length: number): Following {
    if (this.#queue.length >= this.#options.maxOpen) this.#giveUpOldest()
    const { tcp, layout } = packet
    const segmentId = this.#identities.ofSegment(packet)
    const again = segmentId !== undefined && this.#segments.has(segmentId)
    if (segmentId !== undefined && !again) this.#segments.set(segmentId, at)
    const following: Following = {
      journey: { id: ++this.#count, way: this.#wayOf(packet), packet, length, sightings: [], again, last: at },
      identity, state: 'open', told: false,
      ...(tcp && layout.payloadLength > 0 && { segment: { flow: this.#identities.ofFlow(packet), seq: tcp.seq, length: layout.payloadLength, shown: new Map() } }),
    }
    this.#queue.push(following)
    append(this.#byIdentity, identity, following)
    if (following.segment) append(this.#byFlow, following.segment.flow, following)
    this.#add(following, packet, tap, at)
    return following
  }

  #add(following: Following, packet: Packet, tap: number, at: number): void {
    const { journey, segment } = following
    const before = journey.sightings.find(seen => seen.tap === tap)
    const sighting = before ?? { tap, at, from: packet.sourceMac, to: packet.destinationMac, copies: 0 }
    sighting.copies += 1
    if (!before) journey.sightings.push(sighting)
    journey.last = Math.max(journey.last, at)
    if (segment) segment.shown.set(tap, (segment.shown.get(tap) ?? 0) + sharedBytes(segment, packet))
    const isWhole = !segment || segment.shown.get(tap)! >= segment.length
    if (isWhole && this.#options.isEnd(journey.way, sighting)) following.state = 'arrived'
  }

  /** Segments of which this one shows bytes that its tap has not shown yet. */
  #overlapping(packet: Packet, tap: number): Following[] {
    if (!packet.tcp || packet.layout.payloadLength === 0) return []
    const candidates = this.#byFlow.get(this.#identities.ofFlow(packet)) ?? []
    return candidates.filter(({ segment }) => (segment!.shown.get(tap) ?? 0) < segment!.length && sharedBytes(segment!, packet) > 0)
  }

  #wayOf(packet: Packet): Way {
    // neighbour discovery ends on its link, also when a target asks with a VIP as its source
    if (packet.layout.protocol === 58 && packet.icmp && packet.icmp.type >= 133 && packet.icmp.type <= 137) return 'other'
    if (this.#options.vips.has(packet.destinationBytes.toString('hex'))) return 'request'
    return this.#options.vips.has(packet.sourceBytes.toString('hex')) ? 'reply' : 'other'
  }

  #giveUpOldest(): void {
    const oldest = this.#queue.shift()!
    if (!oldest.told) this.#options.onDone(oldest.journey, oldest.state === 'arrived' ? 'arrived' : 'given-up')
    this.#forget(oldest)
  }

  #forget(following: Following): void {
    remove(this.#byIdentity, following.identity, following)
    if (following.segment) remove(this.#byFlow, following.segment.flow, following)
  }
}

/** Sequence numbers wrap. */
function sharedBytes({ seq, length }: { readonly seq: number; readonly length: number }, packet: Packet): number {
  const start = (packet.tcp!.seq - seq) | 0
  return Math.max(0, Math.min(length, start + packet.layout.payloadLength) - Math.max(0, start))
}

/** after which a TCP segment sent again is not known as such; a SYN's third retransmission comes after 7 s */
const segmentKeptNs = 10e9

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

function remove<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const left = map.get(key)?.filter(each => each !== value) ?? []
  if (left.length > 0) map.set(key, left)
  else map.delete(key)
}
