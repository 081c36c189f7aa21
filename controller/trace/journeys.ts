import { Following } from './following.ts'
import { Identities, type PortChange } from './identity.ts'
import { macText, type Packet, readPacket } from './packet.ts'
import { SentSegments } from './sent-segments.ts'
import { powerOfTwo, SlotIndex } from './slot-index.ts'
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

/** A journey of which nothing more is expected, while it is told. */
export interface Told {
  readonly id: number
  readonly way: Way
  /** time of the last sighting */
  readonly last: number
  /** equal for all packets one way of a flow */
  readonly flow: number
  /** all of it, to keep */
  journey(): Journey
}

export interface JourneysOptions {
  /** what goes to one is a request, what comes from one a reply */
  readonly vips: Vips
  readonly portChanges: readonly PortChange[]
  /** how many steps a way has */
  readonly steps: number
  /** The step of the way, from 0, that a packet is seen at; undefined: it is off its way. MAC addresses as numbers. */
  readonly stepOf: (way: Way, tap: number, from: number, to: number) => number | undefined
  /** how long after its last sighting nothing more is expected of a packet */
  readonly quietNs: number
  /** the same for one that has arrived: between two clocks a hop may come in after the end */
  readonly settleNs: number
  /** Whether it is known by now, for all taps, what was lost until `at`: only then a packet is "never seen". */
  readonly isKnown: (at: number, now: number) => boolean
  /** packets followed at once; the oldest is given up for a new one */
  readonly maxOpen: number
  /** in order of first sight */
  readonly onDone: (told: Told, end: 'arrived' | 'quiet' | 'given-up') => void
}

/**
 * Finds the same packet on several taps. Equal packets are told apart by where they were seen: a second sight on a tap is another packet. GRO and TSO merge and
 * split TCP segments between hops, so a segment that equals none is a part, or a merger, of those whose bytes it carries.
 */
export class Journeys {
  readonly #options: JourneysOptions
  readonly #identities: Identities
  readonly #following: Following
  readonly #byIdentity: SlotIndex
  /** two of a slot: where its bytes begin, and where they end */
  readonly #byBytes: SlotIndex
  readonly #sent: SentSegments
  readonly #mask: number
  readonly #isWhole: number
  /** journeys count up from 1; those before `#oldest` are forgotten, those before `#told` were told */
  #oldest = 1
  #next = 1
  #nextTold = 1

  constructor(options: JourneysOptions) {
    this.#options = options
    this.#identities = new Identities(options.portChanges)
    const slots = powerOfTwo(options.maxOpen)
    this.#following = new Following(slots)
    this.#byIdentity = new SlotIndex(slots)
    this.#byBytes = new SlotIndex(slots * 2)
    this.#sent = new SentSegments(slots)
    this.#mask = slots - 1
    this.#isWhole = 2 ** options.steps - 1
  }

  /** @returns the id of the packet's journey */
  see(packet: Packet, tap: number, at: number, length: number): number {
    const ids = this.#identities
    ids.read(packet)
    const same = this.#same(tap)
    const found = same >= 0 ? [same] : this.#overlapping(packet, tap)
    if (found.length === 0) return this.#begin(packet, tap, at, length)
    for (const slot of found) this.#add(slot, packet, tap, at)
    return this.#following.id[found[0]!]!
  }

  /** Tells the journeys of which nothing more is expected at this time of the merged stream: all, when it has ended. */
  run(now: number, ended = false): void {
    const { quietNs, settleNs, isKnown } = this.#options
    const { last, isArrived, steps } = this.#following
    for (; this.#nextTold < this.#next; this.#nextTold++) {
      const slot = this.#slotOf(this.#nextTold)
      const idleNs = now - last[slot]!
      const isReady = ended || (isArrived[slot] === 1 ? idleNs > settleNs || steps[slot] === this.#isWhole : idleNs > quietNs && isKnown(last[slot]!, now))
      if (!isReady) break
      this.#tell(slot, 'quiet')
    }
    while (this.#oldest < this.#nextTold && (ended || now - last[this.#slotOf(this.#oldest)]! > settleNs)) this.#forgetOldest()
    this.#sent.forget(now)
  }

  #tell(slot: number, otherwise: 'quiet' | 'given-up'): void {
    const { id, way, last, isArrived, flowA, flowB } = this.#following
    this.#options.onDone({
      id: id[slot]!, way: ways[way[slot]!]!, last: last[slot]!, flow: (flowA[slot]! >>> 0) * 0x200000 + (flowB[slot]! >>> 11), journey: () => this.#journey(slot),
    }, isArrived[slot] === 1 ? 'arrived' : otherwise)
  }

  #journey(slot: number): Journey {
    const of = this.#following
    const packet = readPacket(Buffer.from(of.packet(slot)))!
    const sightings = of.sightings(slot).map(({ from, to, ...seen }) => ({ ...seen, from: macText(from), to: macText(to) }))
    return { id: of.id[slot]!, way: ways[of.way[slot]!]!, packet, length: of.length[slot]!, sightings, again: of.isAgain[slot] === 1, last: of.last[slot]! }
  }

  /** The oldest that equals the packet read last and was not seen on the tap; -1: none */
  #same(tap: number): number {
    const { packetA, packetB } = this.#identities
    let found = -1
    for (let slot = this.#byIdentity.find(packetA, packetB); slot >= 0; slot = this.#byIdentity.older(slot)) if (this.#following.sightingOn(slot, tap) < 0) found = slot
    return found
  }

  #begin(packet: Packet, tap: number, at: number, length: number): number {
    if (this.#next - this.#oldest >= this.#options.maxOpen) this.#giveUpOldest()
    const ids = this.#identities
    const id = this.#next++
    const slot = this.#slotOf(id)
    const isData = ids.isSegment && packet.layout.payloadLength > 0
    this.#following.begin(slot, { id, way: this.#wayOf(packet), packet, length, isAgain: ids.isSegment && this.#sent.wasSent(ids.segmentA, ids.segmentB, at), flowA: ids.flowA, flowB: ids.flowB, seq: isData ? packet.tcp!.seq : 0, bytes: isData ? packet.layout.payloadLength : 0 })
    this.#byIdentity.add(slot, ids.packetA, ids.packetB)
    if (isData) this.#eachBlock(slot, (entry, a, b) => this.#byBytes.add(entry, a, b))
    this.#add(slot, packet, tap, at)
    return id
  }

  #add(slot: number, packet: Packet, tap: number, at: number): void {
    const of = this.#following
    const { sourceMac, destinationMac } = packet
    const known = of.sightingOn(slot, tap)
    const sighting = known >= 0 ? known : of.addSighting(slot, { tap, at, from: sourceMac, to: destinationMac })
    const bytes = of.bytes[slot]!
    of.copies[sighting]! += 1
    if (bytes > 0) of.shown[sighting]! += sharedBytes(of.seq[slot]!, bytes, packet)
    if (at > of.last[slot]!) of.last[slot] = at
    const way = ways[of.way[slot]!]!
    const step = this.#options.stepOf(way, tap, of.from[sighting]!, of.to[sighting]!)
    if (step === undefined) return
    of.steps[slot]! |= 1 << step
    const isEnd = way !== 'other' && step === (way === 'request' ? this.#options.steps - 1 : 0)
    if (isEnd && of.shown[sighting]! >= bytes) of.isArrived[slot] = 1
  }

  /** Segments of which this one shows bytes that its tap has not shown yet, the oldest first. */
  #overlapping(packet: Packet, tap: number): readonly number[] {
    if (!this.#identities.isSegment || packet.layout.payloadLength === 0) return none
    const of = this.#following
    const { flowA, flowB } = this.#identities
    const found: number[] = []
    const first = packet.tcp!.seq >>> 16
    for (let block = first; block <= blockOf(packet.tcp!.seq, packet.layout.payloadLength); block++) {
      for (let entry = this.#byBytes.find(flowA ^ block, flowB); entry >= 0; entry = this.#byBytes.older(entry)) {
        const slot = entry >> 1
        const sighting = of.sightingOn(slot, tap)
        if ((sighting < 0 || of.shown[sighting]! < of.bytes[slot]!) && sharedBytes(of.seq[slot]!, of.bytes[slot]!, packet) > 0 && !found.includes(slot)) found.push(slot)
      }
    }
    return found.sort((a, b) => of.id[a]! - of.id[b]!)
  }

  #wayOf(packet: Packet): number {
    // neighbour discovery ends on its link, also when a target asks with a VIP as its source
    if (packet.layout.protocol === 58 && packet.icmp && packet.icmp.type >= 133 && packet.icmp.type <= 137) return other
    if (this.#options.vips.isDestination(packet)) return request
    return this.#options.vips.isSource(packet) ? reply : other
  }

  #giveUpOldest(): void {
    if (this.#nextTold === this.#oldest) this.#tell(this.#slotOf(this.#nextTold++), 'given-up')
    this.#forgetOldest()
  }

  #forgetOldest(): void {
    const slot = this.#slotOf(this.#oldest++)
    this.#byIdentity.remove(slot)
    if (this.#following.bytes[slot]! > 0) this.#eachBlock(slot, entry => this.#byBytes.remove(entry))
    this.#following.end(slot)
  }

  /** Where segments that hold any of these bytes are found: by their flow and each 64 KiB of its sequence numbers, of which one meets two at most. */
  #eachBlock(slot: number, act: (entry: number, a: number, b: number) => void): void {
    const { seq, bytes, flowA, flowB } = this.#following
    const first = seq[slot]! >>> 16
    for (let block = first; block <= blockOf(seq[slot]!, bytes[slot]!); block++) act(slot * 2 + block - first, flowA[slot]! ^ (block & 0xffff), flowB[slot]!)
  }

  #slotOf(id: number): number {
    return id & this.#mask
  }
}

/** The 64 KiB that bytes end in; sequence numbers wrap later. */
function blockOf(seq: number, length: number): number {
  return Math.floor((seq + Math.min(length, 0x10000) - 1) / 0x10000)
}

/** Of a segment: how many of its bytes the packet shows. Sequence numbers wrap. */
function sharedBytes(seq: number, length: number, packet: Packet): number {
  const start = (packet.tcp!.seq - seq) | 0
  return Math.max(0, Math.min(length, start + packet.layout.payloadLength) - Math.max(0, start))
}

const ways: readonly Way[] = ['request', 'reply', 'other']
const [request, reply, other] = [0, 1, 2]
const none: readonly number[] = []
