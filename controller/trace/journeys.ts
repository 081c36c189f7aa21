import { Identities, type PortChange } from './identity.ts'
import type { Packet } from './packet.ts'
import type { Vips } from './vips.ts'

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
  /** what goes to one is a request, what comes from one a reply */
  readonly vips: Vips
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
}

/**
 * Finds the same packet on several taps. Equal packets are told apart by where they were seen: a second sight on a tap is another packet. GRO and TSO merge and
 * split TCP segments between hops, so a segment that equals none is a part, or a merger, of those whose bytes it carries.
 */
export class Journeys {
  readonly #options: JourneysOptions
  readonly #identities: Identities
  readonly #byIdentity = new Map<number, Following[]>()
  readonly #byBytes = new Map<number, Following[]>()
  readonly #segments = new Map<number, number>()
  /** in order of first sight, from `#oldest` on; those before `#told` were told */
  #queue: Following[] = []
  #oldest = 0
  #told = 0
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
    for (; this.#told < this.#queue.length; this.#told++) {
      const { journey, state } = this.#queue[this.#told]!
      const idleNs = now - journey.last
      const isReady = ended || (state === 'arrived' ? idleNs > settleNs || isWhole(journey) : idleNs > quietNs && isKnown(journey.last, now))
      if (!isReady) break
      onDone(journey, state === 'arrived' ? 'arrived' : 'quiet')
    }
    while (this.#oldest < this.#told && (ended || now - this.#queue[this.#oldest]!.journey.last > settleNs)) this.#forgetOldest()
    for (const [segment, at] of this.#segments) {
      if (now - at < segmentKeptNs) break
      this.#segments.delete(segment)
    }
  }

  #begin(packet: Packet, identity: number, tap: number, at: number, length: number): Following {
    if (this.#queue.length - this.#oldest >= this.#options.maxOpen) this.#giveUpOldest()
    const { tcp, layout } = packet
    const segmentId = this.#identities.ofSegment(packet)
    const again = segmentId !== undefined && this.#segments.has(segmentId)
    if (segmentId !== undefined && !again) this.#segments.set(segmentId, at)
    const following: Following = {
      journey: { id: ++this.#count, way: this.#wayOf(packet), packet, length, sightings: [], again, last: at },
      identity, state: 'open',
      ...(tcp && layout.payloadLength > 0 && { segment: { flow: this.#identities.ofFlow(packet), seq: tcp.seq, length: layout.payloadLength, shown: new Map() } }),
    }
    this.#queue.push(following)
    append(this.#byIdentity, identity, following)
    if (following.segment) for (const key of byteKeys(following.segment)) append(this.#byBytes, key, following)
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
    const flow = this.#identities.ofFlow(packet)
    const found = new Set<Following>()
    for (const key of byteKeys({ flow, seq: packet.tcp.seq, length: packet.layout.payloadLength })) {
      for (const following of this.#byBytes.get(key) ?? []) {
        const segment = following.segment!
        if (segment.flow === flow && (segment.shown.get(tap) ?? 0) < segment.length && sharedBytes(segment, packet) > 0) found.add(following)
      }
    }
    return [...found].sort((a, b) => a.journey.id - b.journey.id)
  }

  #wayOf(packet: Packet): Way {
    // neighbour discovery ends on its link, also when a target asks with a VIP as its source
    if (packet.layout.protocol === 58 && packet.icmp && packet.icmp.type >= 133 && packet.icmp.type <= 137) return 'other'
    if (this.#options.vips.isDestination(packet)) return 'request'
    return this.#options.vips.isSource(packet) ? 'reply' : 'other'
  }

  #giveUpOldest(): void {
    if (this.#told === this.#oldest) {
      const { journey, state } = this.#queue[this.#told++]!
      this.#options.onDone(journey, state === 'arrived' ? 'arrived' : 'given-up')
    }
    this.#forgetOldest()
  }

  #forgetOldest(): void {
    const oldest = this.#queue[this.#oldest++]!
    remove(this.#byIdentity, oldest.identity, oldest)
    if (oldest.segment) for (const key of byteKeys(oldest.segment)) remove(this.#byBytes, key, oldest)
    if (this.#oldest < compactAt || this.#oldest * 2 < this.#queue.length) return
    this.#queue = this.#queue.slice(this.#oldest)
    this.#told -= this.#oldest
    this.#oldest = 0
  }
}

/** Where segments that hold any of these bytes are found: a number for the flow and each 64 KiB of its sequence numbers. Flows may share one. */
function byteKeys({ flow, seq, length }: { readonly flow: number; readonly seq: number; readonly length: number }): number[] {
  const [first, last] = [seq >>> 16, Math.floor((seq + length - 1) / 0x10000)]
  return Array.from({ length: last - first + 1 }, (_, index) => (flow % 0x10000000000000) + ((first + index) & 0xffff) * 7919)
}

/** Sequence numbers wrap. */
function sharedBytes({ seq, length }: { readonly seq: number; readonly length: number }, packet: Packet): number {
  const start = (packet.tcp!.seq - seq) | 0
  return Math.max(0, Math.min(length, start + packet.layout.payloadLength) - Math.max(0, start))
}

/** after which a TCP segment sent again is not known as such; a SYN's third retransmission comes after 7 s */
const segmentKeptNs = 10e9
/** entries at the front of the queue that are over */
const compactAt = 4096

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

function remove<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  if (map.get(key)?.length === 1) return void map.delete(key)
  const left = map.get(key)?.filter(each => each !== value) ?? []
  if (left.length > 0) map.set(key, left)
  else map.delete(key)
}
