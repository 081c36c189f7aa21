import type { Packet } from './packet.ts'

/** The VIPs of a trench, asked for once or twice per packet. */
export class Vips {
  readonly #v4: ReadonlySet<number>
  readonly #v6: ReadonlySet<string>
  /** last words of those of IPv6: most addresses that are none are told by them */
  readonly #v6Ends: ReadonlySet<number>

  /** `addresses` in hex */
  constructor(addresses: Iterable<string>) {
    const all = [...addresses]
    this.#v4 = new Set(all.filter(({ length }) => length === 8).map(hex => Number.parseInt(hex, 16)))
    this.#v6 = new Set(all.filter(({ length }) => length === 32))
    this.#v6Ends = new Set([...this.#v6].map(hex => Number.parseInt(hex.slice(24), 16)))
  }

  isSource(packet: Packet): boolean {
    return this.#has(packet, 12, 8)
  }

  isDestination(packet: Packet): boolean {
    return this.#has(packet, 16, 24)
  }

  /** Offsets in the IP header. */
  #has({ bytes, layout: { family, ipAt } }: Packet, v4: number, v6: number): boolean {
    if (family === 'IPv4') return this.#v4.has(bytes.readUInt32BE(ipAt + v4))
    return this.#v6Ends.has(bytes.readUInt32BE(ipAt + v6 + 12)) && this.#v6.has(bytes.toString('hex', ipAt + v6, ipAt + v6 + 16))
  }
}
