import { addressBytes } from './address.ts'
import { align, BlockWriter, optionBytes, writeUInt64 } from './block-writer.ts'

/** An interface of a file: one tap. */
export interface FileInterface {
  /** `pod/interface` */
  readonly name: string
  readonly description: string
  /** what the pod is on the path */
  readonly hardware: string
  readonly filter: string
  readonly mac?: string
  /** `address/length` */
  readonly addresses: readonly string[]
  readonly comment: string
}

export interface FileNames { readonly address: string; readonly names: readonly string[] }

/** Of one packet, as it stands in the file. */
export interface FilePacket {
  readonly interface: number
  readonly time: FileTime
  readonly data: Uint8Array
  /** on the wire */
  readonly length: number
  readonly direction?: 'in' | 'out'
  /** lost since the packet before on this interface; 0 is not written */
  readonly dropped: number
  /** the same packet on several interfaces has the same; 0 is not written */
  readonly id: number
  readonly comment?: string
}

/** Nanoseconds since 1970 as the two halves the format wants. */
export interface FileTime { readonly high: number; readonly low: number }

export interface FileStatistics {
  readonly start: FileTime
  readonly received: number
  readonly dropped: number
  readonly kernelDropped: number
  readonly delivered: number
}

/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng), little endian, nanoseconds. One snaplen and Ethernet for all interfaces, for `tcpdump -r` takes
 * nothing else; all interfaces before the first packet, for reordercap takes nothing else (peers.md §4).
 */
export function sectionHeader({ application, comment }: { application: string; comment: string }): Buffer {
  const body = Buffer.alloc(16)
  body.writeUInt32LE(0x1a2b3c4d, 0)
  body.writeUInt16LE(1, 4)
  body.writeBigInt64LE(-1n, 8)
  return block(0x0a0d0d0a, body, [option(4, application), option(1, comment)])
}

export function interfaceBlock(tap: FileInterface, snaplen: number): Buffer {
  const body = Buffer.alloc(8)
  body.writeUInt16LE(ethernet, 0)
  body.writeUInt32LE(snaplen, 4)
  return block(1, body, [
    option(2, tap.name), option(3, tap.description),
    ...tap.addresses.map(addressOption),
    ...(tap.mac === undefined ? [] : [option(6, Buffer.from(tap.mac.replaceAll(':', ''), 'hex'))]),
    option(9, Buffer.from([9])), option(11, `\0${tap.filter}`), option(15, tap.hardware), option(1, tap.comment),
  ])
}

/** What addresses are called: shown by Wireshark in their place. */
export function nameBlock(names: readonly FileNames[]): Buffer {
  const records = names.filter(({ names: [first] }) => first !== undefined).map(({ address, names: all }) => {
    const value = Buffer.concat([addressBytes(address), ...all.map(name => Buffer.from(`${name}\0`))])
    return padded(header(address.includes(':') ? 2 : 1, value.length), value)
  })
  return block(4, Buffer.concat([...records, Buffer.alloc(4)]), [])
}

export function packetBlock({ interface: tap, time, data, length, direction, dropped, id, comment }: FilePacket): Buffer {
  const writer = new BlockWriter(32 + align(data.length) + optionBytes + (comment?.length ?? 0) * 4)
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  writer.packet({ tap, high: time.high, low: time.low, bytes, start: 0, end: bytes.length, length, direction, dropped, id }, comment)
  return writer.take()
}

/** What is known of an interface at a moment: received = delivered + dropped + kernelDropped + what is under way. */
export function statisticsBlock(tap: number, time: FileTime, { start, received, dropped, kernelDropped, delivered }: FileStatistics): Buffer {
  return block(5, statisticsBody(tap, time), [
    option(2, writeTime(Buffer.alloc(8), start, 0)), option(3, writeTime(Buffer.alloc(8), time, 0)), option(4, uint64(received)), option(5, uint64(dropped + kernelDropped)),
    option(6, uint64(received)), option(7, uint64(kernelDropped)), option(8, uint64(delivered)),
  ])
}

/** Something to say at a moment, where no packet can say it. */
export function remarkBlock(tap: number, time: FileTime, comment: string): Buffer {
  return block(5, statisticsBody(tap, time), [option(1, comment)])
}

function statisticsBody(tap: number, time: FileTime): Buffer {
  const body = Buffer.alloc(12)
  body.writeUInt32LE(tap, 0)
  return writeTime(body, time, 4)
}

/** `base` in whole seconds since 1970, `ns` nanoseconds after it (a double holds 104 days of them). */
export function fileTime(base: number, ns: number): FileTime {
  const total = BigInt(base) * 1_000_000_000n
  const above = Math.floor(ns / two32)
  const low = Number(total & 0xffffffffn) + (ns - above * two32)
  const high = Number(total >> 32n) + above
  return low >= two32 ? { high: high + 1, low: low - two32 } : { high, low }
}

const ethernet = 1
const two32 = 0x1_0000_0000

function block(type: number, body: Buffer, options: readonly Buffer[]): Buffer {
  const rest = options.length > 0 ? Buffer.concat([...options, Buffer.alloc(4)]) : Buffer.alloc(0)
  const length = 12 + body.length + rest.length
  const frame = Buffer.alloc(8)
  frame.writeUInt32LE(type, 0)
  frame.writeUInt32LE(length, 4)
  return Buffer.concat([frame, body, rest, frame.subarray(4, 8)])
}

function option(code: number, value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value).subarray(0, 65_000) : value
  return padded(header(code, bytes.length), bytes)
}

function addressOption(text: string): Buffer {
  const [address = '', length = ''] = text.split('/')
  const bytes = addressBytes(address)
  if (bytes.length === 16) return option(5, Buffer.concat([bytes, Buffer.from([Number(length)])]))
  const mask = Buffer.alloc(4)
  mask.writeUInt32BE(Number(length) === 0 ? 0 : (0xffffffff << (32 - Number(length))) >>> 0)
  return option(4, Buffer.concat([bytes, mask]))
}

function header(code: number, length: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt16LE(code, 0)
  bytes.writeUInt16LE(length, 2)
  return bytes
}

function padded(...parts: readonly Buffer[]): Buffer {
  const all = Buffer.concat(parts)
  return Buffer.concat([all, Buffer.alloc(align(all.length) - all.length)])
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  writeUInt64(bytes, value, 0)
  return bytes
}

/** In a block a time's high half comes first. */
function writeTime(bytes: Buffer, { high, low }: FileTime, at: number): Buffer {
  bytes.writeUInt32LE(high, at)
  bytes.writeUInt32LE(low, at + 4)
  return bytes
}
