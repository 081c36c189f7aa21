import type { Packet } from './packet.ts'

/** A look at a packet, MAC addresses as numbers. */
export interface Look { readonly tap: number; readonly at: number; readonly from: number; readonly to: number }

/**
 * What is known of the packets that are followed, in numbered slots of a few arrays: at 50,000 packets a second objects of their own would cost more than all the rest.
 * Their sightings lie in arrays that grow, each packet's in a chain. Nothing is 0, a sighting in a chain is its number + 1.
 */
export class Following {
  readonly id: Float64Array
  readonly way: Uint8Array
  readonly length: Float64Array
  readonly isAgain: Uint8Array
  readonly isArrived: Uint8Array
  /** a bit for each step of the way at which it was seen */
  readonly steps: Int32Array
  /** time of the last sighting */
  readonly last: Float64Array
  readonly flowA: Int32Array
  readonly flowB: Int32Array
  /** of a TCP segment with payload: its first byte and how many; else 0 bytes */
  readonly seq: Float64Array
  readonly bytes: Int32Array
  /** of a sighting: copies seen there, and how many of a segment's bytes */
  copies = new Int32Array(firstSightings)
  shown = new Int32Array(firstSightings)
  from = new Float64Array(firstSightings)
  to = new Float64Array(firstSightings)
  readonly #chunks: (Buffer | undefined)[]
  readonly #start: Int32Array
  readonly #end: Int32Array
  readonly #first: Int32Array
  readonly #newest: Int32Array
  #tap = new Int32Array(firstSightings)
  #at = new Float64Array(firstSightings)
  #next = new Int32Array(firstSightings)
  #free = 0
  #sightings = 0

  constructor(slots: number) {
    this.id = new Float64Array(slots)
    this.way = new Uint8Array(slots)
    this.length = new Float64Array(slots)
    this.isAgain = new Uint8Array(slots)
    this.isArrived = new Uint8Array(slots)
    this.steps = new Int32Array(slots)
    this.last = new Float64Array(slots)
    this.flowA = new Int32Array(slots)
    this.flowB = new Int32Array(slots)
    this.seq = new Float64Array(slots)
    this.bytes = new Int32Array(slots)
    this.#chunks = Array<Buffer | undefined>(slots).fill(undefined)
    this.#start = new Int32Array(slots)
    this.#end = new Int32Array(slots)
    this.#first = new Int32Array(slots)
    this.#newest = new Int32Array(slots)
  }

  begin(slot: number, { id, way, packet, length, isAgain, flowA, flowB, seq, bytes }: { readonly id: number; readonly way: number; readonly packet: Packet; readonly length: number; readonly isAgain: boolean; readonly flowA: number; readonly flowB: number; readonly seq: number; readonly bytes: number }): void {
    this.id[slot] = id
    this.way[slot] = way
    this.length[slot] = length
    this.isAgain[slot] = isAgain ? 1 : 0
    this.isArrived[slot] = 0
    this.steps[slot] = 0
    this.last[slot] = Number.NEGATIVE_INFINITY
    this.flowA[slot] = flowA
    this.flowB[slot] = flowB
    this.seq[slot] = seq
    this.bytes[slot] = bytes
    this.#chunks[slot] = packet.bytes
    this.#start[slot] = packet.start
    this.#end[slot] = packet.end
    this.#first[slot] = 0
    this.#newest[slot] = 0
  }

  end(slot: number): void {
    this.#chunks[slot] = undefined
    const newest = this.#newest[slot]!
    if (newest === 0) return
    this.#next[newest - 1] = this.#free
    this.#free = this.#first[slot]!
  }

  /** The number of its sighting on a tap; -1: none */
  sightingOn(slot: number, tap: number): number {
    let at = this.#first[slot]!
    while (at > 0 && this.#tap[at - 1] !== tap) at = this.#next[at - 1]!
    return at - 1
  }

  addSighting(slot: number, { tap, at, from, to }: Look): number {
    const sighting = this.#taken()
    this.#tap[sighting] = tap
    this.#at[sighting] = at
    this.from[sighting] = from
    this.to[sighting] = to
    this.copies[sighting] = 0
    this.shown[sighting] = 0
    this.#next[sighting] = 0
    const newest = this.#newest[slot]!
    if (newest > 0) this.#next[newest - 1] = sighting + 1
    else this.#first[slot] = sighting + 1
    this.#newest[slot] = sighting + 1
    return sighting
  }

  /** In their order. */
  sightings(slot: number): (Look & { readonly copies: number })[] {
    const all: (Look & { readonly copies: number })[] = []
    for (let at = this.#first[slot]!; at > 0; at = this.#next[at - 1]!) all.push({ tap: this.#tap[at - 1]!, at: this.#at[at - 1]!, from: this.from[at - 1]!, to: this.to[at - 1]!, copies: this.copies[at - 1]! })
    return all
  }

  /** The bytes of the packet where it was seen first. */
  packet(slot: number): Uint8Array {
    return this.#chunks[slot]!.subarray(this.#start[slot]!, this.#end[slot]!)
  }

  #taken(): number {
    const free = this.#free
    if (free > 0) {
      this.#free = this.#next[free - 1]!
      return free - 1
    }
    if (this.#sightings === this.#tap.length) this.#grow()
    return this.#sightings++
  }

  #grow(): void {
    const ints = (old: Int32Array<ArrayBuffer>) => grown(old, new Int32Array(old.length * 2))
    const doubles = (old: Float64Array<ArrayBuffer>) => grown(old, new Float64Array(old.length * 2))
    this.#tap = ints(this.#tap)
    this.#next = ints(this.#next)
    this.copies = ints(this.copies)
    this.shown = ints(this.shown)
    this.#at = doubles(this.#at)
    this.from = doubles(this.from)
    this.to = doubles(this.to)
  }
}

function grown<T extends Int32Array | Float64Array>(old: T, bigger: T): T {
  bigger.set(old)
  return bigger
}

const firstSightings = 4096
