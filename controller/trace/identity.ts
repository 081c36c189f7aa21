import type { Packet } from './packet.ts'

/** What a load balancer does to ports: `vip` in hex, IP protocol number. */
export interface PortChange {
  readonly vip: string
  readonly protocol: number
  readonly port: number
  readonly targetPort: number
}

/**
 * Numbers that are equal for one packet wherever it is seen: of addresses, protocol, ports and what neither forwarding nor GRO changes. TTL, MAC addresses,
 * checksums (offload leaves them open) and, for TCP, the IP id (segmentation makes new ones) are left out; a port-NAT is undone. 53 bits of two hashes.
 */
export class Identities {
  readonly #changes: ReadonlyMap<string, number>

  constructor(changes: readonly PortChange[] = []) {
    this.#changes = new Map(changes.map(({ vip, protocol, port, targetPort }) => [`${vip} ${protocol} ${targetPort}`, port]))
  }

  ofPacket(packet: Packet): number {
    const { layout, tcp, icmp } = packet
    const hash = this.#flow(packet)
    hash.word(layout.payloadLength)
    if (tcp) {
      hash.word(tcp.seq)
      hash.word(tcp.ack)
      hash.word(tcp.flags)
      hash.word(tcp.timestamp)
    } else {
      hash.word(packet.ipId)
      if (icmp) hash.bytes(packet.bytes, layout.transportAt, layout.transportAt + 8)
      hash.bytes(packet.bytes, layout.payloadAt, Math.min(packet.bytes.length, layout.payloadAt + hashedBytes))
    }
    return hash.value
  }

  /** Equal for all packets one way of a flow. */
  ofFlow(packet: Packet): number {
    return this.#flow(packet).value
  }

  /** Equal for a TCP segment and its retransmissions: same flow, bytes and SYN or FIN. undefined: nothing that would be sent again. */
  ofSegment(packet: Packet): number | undefined {
    const { tcp, layout } = packet
    if (!tcp || (layout.payloadLength === 0 && (tcp.flags & synOrFin) === 0)) return undefined
    const hash = this.#flow(packet)
    hash.word(tcp.seq)
    hash.word(layout.payloadLength)
    hash.word(tcp.flags & synOrFin)
    return hash.value
  }

  #flow(packet: Packet): Hash {
    const hash = new Hash()
    const { family, ipAt, protocol } = packet.layout
    hash.bytes(packet.bytes, ipAt + (family === 'IPv4' ? 12 : 8), ipAt + (family === 'IPv4' ? 20 : 40))
    hash.word(protocol)
    hash.word(this.#undone(packet, packet.sourceBytes, packet.sourcePort))
    hash.word(this.#undone(packet, packet.destinationBytes, packet.destinationPort))
    return hash
  }

  #undone({ layout: { protocol } }: Packet, address: Buffer, port: number): number {
    if (this.#changes.size === 0) return port
    return this.#changes.get(`${address.toString('hex')} ${protocol} ${port}`) ?? port
  }
}

const hashedBytes = 64
const synOrFin = 3

/** FNV-1a, twice with different beginnings. */
class Hash {
  #a = 0x811c9dc5
  #b = 0x6b43a9b5

  bytes(bytes: Buffer, start: number, end: number): void {
    for (let at = start; at < end; at++) this.#byte(bytes[at]!)
  }

  word(value: number): void {
    this.#byte(value & 255)
    this.#byte((value >>> 8) & 255)
    this.#byte((value >>> 16) & 255)
    this.#byte(value >>> 24)
  }

  get value(): number {
    return (this.#a >>> 0) * 0x200000 + ((this.#b >>> 0) & 0x1fffff)
  }

  #byte(byte: number): void {
    this.#a = Math.imul(this.#a ^ byte, 0x01000193)
    this.#b = Math.imul(this.#b ^ byte, 0x01000193) ^ (this.#b >>> 15)
  }
}
