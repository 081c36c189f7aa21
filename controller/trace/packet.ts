import { addressText } from './address.ts'

interface Layout {
  readonly family: 'IPv4' | 'IPv6'
  /** where the IP header begins in `bytes`, and the one above it */
  readonly ipAt: number
  readonly transportAt: number
  readonly payloadAt: number
  /** IP protocol number: 6 TCP, 17 UDP, 132 SCTP, 1 ICMP, 58 ICMPv6 */
  readonly protocol: number
  /** a fragment that is not the first: it has no ports */
  readonly laterFragment: boolean
  /** bytes above the transport header by what the IP header says; for later fragments and other protocols, above the IP header */
  readonly payloadLength: number
}

/** A captured packet, read where it lies: from `start` to `end` of `bytes`, among others. What is asked for is looked up. Ports are 0 where there are none. */
export class Packet {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  readonly layout: Layout

  constructor(bytes: Buffer, start: number, end: number, layout: Layout) {
    this.bytes = bytes
    this.start = start
    this.end = end
    this.layout = layout
  }

  get source(): string {
    return addressText(this.sourceBytes)
  }

  get destination(): string {
    return addressText(this.destinationBytes)
  }

  get sourceBytes(): Buffer {
    const { family, ipAt } = this.layout
    return family === 'IPv4' ? this.bytes.subarray(ipAt + 12, ipAt + 16) : this.bytes.subarray(ipAt + 8, ipAt + 24)
  }

  get destinationBytes(): Buffer {
    const { family, ipAt } = this.layout
    return family === 'IPv4' ? this.bytes.subarray(ipAt + 16, ipAt + 20) : this.bytes.subarray(ipAt + 24, ipAt + 40)
  }

  get hasPorts(): boolean {
    const { laterFragment, protocol } = this.layout
    return !laterFragment && (protocol === 6 || protocol === 17 || protocol === 132)
  }

  get sourcePort(): number {
    return this.hasPorts ? this.bytes.readUInt16BE(this.layout.transportAt) : 0
  }

  get destinationPort(): number {
    return this.hasPorts ? this.bytes.readUInt16BE(this.layout.transportAt + 2) : 0
  }

  get ttl(): number {
    return this.bytes[this.layout.ipAt + (this.layout.family === 'IPv4' ? 8 : 7)]!
  }

  /** of IPv4; 0 for IPv6 */
  get ipId(): number {
    return this.layout.family === 'IPv4' ? this.bytes.readUInt16BE(this.layout.ipAt + 4) : 0
  }

  get tcp(): { readonly seq: number; readonly ack: number; readonly flags: number; /** TSval (RFC 7323); 0: none */ readonly timestamp: number } | undefined {
    const { protocol, laterFragment, transportAt: at, payloadAt } = this.layout
    if (protocol !== 6 || laterFragment) return undefined
    return { seq: this.bytes.readUInt32BE(at + 4), ack: this.bytes.readUInt32BE(at + 8), flags: this.bytes[at + 13]!, timestamp: timestampOf(this.bytes, at + 20, Math.min(payloadAt, this.end)) }
  }

  get icmp(): { readonly type: number; readonly code: number; readonly id: number; readonly seq: number } | undefined {
    const { protocol, laterFragment, transportAt: at } = this.layout
    if ((protocol !== 1 && protocol !== 58) || laterFragment) return undefined
    return { type: this.bytes[at]!, code: this.bytes[at + 1]!, id: this.bytes.readUInt16BE(at + 4), seq: this.bytes.readUInt16BE(at + 6) }
  }

  /** as `macText` reads it */
  get sourceMac(): number {
    return macAt(this.bytes, this.start + 6)
  }

  get destinationMac(): number {
    return macAt(this.bytes, this.start)
  }
}

/** Reads Ethernet (802.1Q and 802.1ad tags too), IPv4, IPv6 with extension headers, TCP, UDP, SCTP and ICMP. undefined: not IP, or cut before the end of a header. */
export function readPacket(bytes: Buffer, start = 0, end = bytes.length): Packet | undefined {
  let at = start + 12
  while (at + 2 <= end && isTag(u16(bytes, at))) at += 4
  if (at + 2 > end) return undefined
  const type = u16(bytes, at)
  const layout = type === 0x0800 ? readIPv4(bytes, at + 2, end) : type === 0x86dd ? readIPv6(bytes, at + 2, end) : undefined
  return layout && new Packet(bytes, start, end, layout)
}

function isTag(type: number): boolean {
  return type === 0x8100 || type === 0x88a8
}

function readIPv4(bytes: Buffer, ipAt: number, end: number): Layout | undefined {
  if (ipAt + 20 > end) return undefined
  const headerLength = (bytes[ipAt]! & 15) * 4
  const laterFragment = (u16(bytes, ipAt + 6) & 0x1fff) !== 0
  return readTransport(bytes, end, 'IPv4', ipAt, ipAt + headerLength, bytes[ipAt + 9]!, laterFragment, u16(bytes, ipAt + 2) - headerLength)
}

function readIPv6(bytes: Buffer, ipAt: number, end: number): Layout | undefined {
  if (ipAt + 40 > end) return undefined
  let protocol = bytes[ipAt + 6]!
  let at = ipAt + 40
  let laterFragment = false
  while ((protocol === 0 || protocol === 43 || protocol === 44 || protocol === 60) && at + 8 <= end) {
    const length = protocol === 44 ? 8 : 8 + bytes[at + 1]! * 8
    if (protocol === 44) laterFragment = (u16(bytes, at + 2) & 0xfff8) !== 0
    protocol = bytes[at]!
    at += length
  }
  return readTransport(bytes, end, 'IPv6', ipAt, at, protocol, laterFragment, u16(bytes, ipAt + 4) - (at - ipAt - 40))
}

/** `length`: of what the IP header says from the transport header on. */
function readTransport(bytes: Buffer, end: number, family: Layout['family'], ipAt: number, transportAt: number, protocol: number, laterFragment: boolean, length: number): Layout | undefined {
  const least = laterFragment ? 0 : protocol === 6 ? 20 : protocol === 132 ? 12 : protocol === 17 || protocol === 1 || protocol === 58 ? 8 : 0
  if (transportAt + least > end) return undefined
  const headerLength = protocol === 6 && least > 0 ? (bytes[transportAt + 12]! >> 4) * 4 : least
  return { family, ipAt, transportAt, payloadAt: transportAt + headerLength, protocol, laterFragment, payloadLength: Math.max(0, length - headerLength) }
}

function u16(bytes: Buffer, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}

/** TSval of the TCP timestamps option (kind 8). */
function timestampOf(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end;) {
    const kind = bytes[at]!
    if (kind === 0) break
    if (kind === 1) at += 1
    else if (at + 1 >= end || bytes[at + 1]! < 2) break
    else if (kind === 8 && at + 10 <= end) return bytes.readUInt32BE(at + 2)
    else at += bytes[at + 1]!
  }
  return 0
}

/** A MAC address as a number of 48 bits. */
function macAt(bytes: Buffer, at: number): number {
  return u16(bytes, at) * 0x1_0000_0000 + u16(bytes, at + 2) * 0x1_0000 + u16(bytes, at + 4)
}

export function macText(mac: number): string {
  return mac.toString(16).padStart(12, '0').replace(/..(?!$)/g, '$&:')
}

export function macNumber(text: string): number {
  return Number.parseInt(text.replaceAll(':', ''), 16)
}
