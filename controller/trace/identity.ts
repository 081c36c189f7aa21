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
 * checksums (offload leaves them open) and, for TCP, the IP id (segmentation makes new ones) are left out; a port-NAT is undone. Two hashes of 32 bits each,
 * of the packet read last: one at a time, so that nothing is made per packet.
 */
export class Identities {
  /** equal for the same packet */
  packetA = 0
  packetB = 0
  /** equal for all packets one way of a flow */
  flowA = 0
  flowB = 0
  /** equal for a TCP segment and its retransmissions: same flow, bytes and SYN or FIN */
  segmentA = 0
  segmentB = 0
  /** it is such a segment: one that would be sent again */
  isSegment = false
  readonly #changes: ReadonlyMap<string, number>

  constructor(changes: readonly PortChange[] = []) {
    this.#changes = new Map(changes.map(({ vip, protocol, port, targetPort }) => [`${vip} ${protocol} ${targetPort}`, port]))
  }

  read(packet: Packet): void {
    const { bytes, end, layout: { family, ipAt, protocol, transportAt, payloadAt, payloadLength, laterFragment } } = packet
    const addressesEnd = ipAt + (family === 'IPv4' ? 20 : 40)
    let a = firstA
    let b = firstB
    for (let at = ipAt + (family === 'IPv4' ? 12 : 8); at < addressesEnd; at += 4) {
      const word = wordAt(bytes, at)
      a = mixA(a, word)
      b = mixB(b, word)
    }
    const ports = packet.hasPorts ? (this.#undone(packet, packet.sourceBytes, packet.sourcePort) << 16) | this.#undone(packet, packet.destinationBytes, packet.destinationPort) : 0
    a = this.flowA = mixA(mixA(a, protocol), ports)
    b = this.flowB = mixB(mixB(b, protocol), ports)
    a = mixA(a, payloadLength)
    b = mixB(b, payloadLength)
    const isTcp = protocol === 6 && !laterFragment
    this.isSegment = isTcp && (payloadLength > 0 || (bytes[transportAt + 13]! & synOrFin) !== 0)
    if (isTcp) {
      const { seq, ack, flags, timestamp } = packet.tcp!
      a = mixA(a, seq)
      b = mixB(b, seq)
      this.segmentA = mixA(a, flags & synOrFin)
      this.segmentB = mixB(b, flags & synOrFin)
      this.packetA = mixA(mixA(mixA(a, ack), flags), timestamp)
      this.packetB = mixB(mixB(mixB(b, ack), flags), timestamp)
      return
    }
    const { ipId } = packet
    a = mixA(a, ipId)
    b = mixB(b, ipId)
    const isIcmp = (protocol === 1 || protocol === 58) && !laterFragment
    let at = isIcmp ? transportAt : payloadAt
    const hashedEnd = Math.min(end, payloadAt + hashedBytes)
    for (; at + 4 <= hashedEnd; at += 4) {
      const word = wordAt(bytes, at)
      a = mixA(a, word)
      b = mixB(b, word)
    }
    for (; at < hashedEnd; at++) {
      a = mixA(a, bytes[at]!)
      b = mixB(b, bytes[at]!)
    }
    this.packetA = a
    this.packetB = b
  }

  #undone({ layout: { protocol } }: Packet, address: Buffer, port: number): number {
    if (this.#changes.size === 0) return port
    return this.#changes.get(`${address.toString('hex')} ${protocol} ${port}`) ?? port
  }
}

const hashedBytes = 64
const synOrFin = 3
const firstA = 0x811c9dc5 | 0
const firstB = 0x6b43a9b5

function wordAt(bytes: Buffer, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
}

/** Two mixers of different kinds: what one lets coincide the other tells apart. */
function mixA(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1)
  return mixed ^ (mixed >>> 15)
}

function mixB(hash: number, word: number): number {
  const mixed = Math.imul(((hash << 13) | (hash >>> 19)) + word, 0x85ebca6b)
  return mixed ^ (mixed >>> 13)
}
