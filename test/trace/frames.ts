import { addressBytes } from '../../controller/trace/address.ts'

/** Synthetic packets, as bytes on an Ethernet. Checksums are left 0, as with offload. */
export interface Synthetic {
  readonly source?: string
  readonly destination?: string
  readonly sourcePort?: number
  readonly destinationPort?: number
  readonly sourceMac?: string
  readonly destinationMac?: string
  readonly ttl?: number
  readonly ipId?: number
  readonly payload?: string
}

export const client = '192.0.2.10'
export const vip = '10.0.0.1'

export function tcp(options: Synthetic & { readonly seq?: number; readonly ack?: number; readonly flags?: number; readonly timestamp?: number; /** bytes the IP header tells of, beyond `payload`, cut by the snaplen */ readonly length?: number } = {}): Buffer {
  const { seq = 1000, ack = 0, flags = 0x02, timestamp = 0, payload = '', length = payload.length } = options
  const option = Buffer.from([1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0])
  option.writeUInt32BE(timestamp, 4)
  const header = Buffer.alloc(20)
  ports(header, options)
  header.writeUInt32BE(seq, 4)
  header.writeUInt32BE(ack, 8)
  header[12] = timestamp ? 8 << 4 : 5 << 4
  header[13] = flags
  return ethernet(options, 6, Buffer.concat([header, ...(timestamp ? [option] : []), Buffer.from(payload)]), length - payload.length)
}

export function udp(options: Synthetic = {}): Buffer {
  const header = Buffer.alloc(8)
  ports(header, options)
  return ethernet(options, 17, Buffer.concat([header, Buffer.from(options.payload ?? '')]))
}

export function echo(options: Synthetic & { readonly id?: number; readonly seq?: number } = {}): Buffer {
  const isV6 = (options.source ?? client).includes(':')
  const header = Buffer.alloc(8)
  header[0] = isV6 ? 128 : 8
  header.writeUInt16BE(options.id ?? 7, 4)
  header.writeUInt16BE(options.seq ?? 1, 6)
  return ethernet(options, isV6 ? 58 : 1, Buffer.concat([header, Buffer.from(options.payload ?? '')]))
}

/** One record of a pcap with nanoseconds. `at`: seconds and nanoseconds. */
export function record(at: readonly [number, number], data: Buffer, length = data.length): Buffer {
  const header = Buffer.alloc(16)
  header.writeUInt32LE(at[0], 0)
  header.writeUInt32LE(at[1], 4)
  header.writeUInt32LE(data.length, 8)
  header.writeUInt32LE(length, 12)
  return Buffer.concat([header, data])
}

function ports(header: Buffer, { sourcePort = 40_000, destinationPort = 5000 }: Synthetic): void {
  header.writeUInt16BE(sourcePort, 0)
  header.writeUInt16BE(destinationPort, 2)
}

function ethernet({ source = client, destination = vip, sourceMac = '02:fe:00:00:00:01', destinationMac = '02:fe:00:00:00:02', ttl = 64, ipId = 1 }: Synthetic, protocol: number, above: Buffer, cut = 0): Buffer {
  const isV6 = source.includes(':')
  const ip = Buffer.alloc(isV6 ? 40 : 20)
  if (isV6) {
    ip[0] = 0x60
    ip.writeUInt16BE(above.length + cut, 4)
    ip[6] = protocol
    ip[7] = ttl
    ip.set(addressBytes(source), 8)
    ip.set(addressBytes(destination), 24)
  } else {
    ip[0] = 0x45
    ip.writeUInt16BE(20 + above.length + cut, 2)
    ip.writeUInt16BE(ipId, 4)
    ip[8] = ttl
    ip[9] = protocol
    ip.set(addressBytes(source), 12)
    ip.set(addressBytes(destination), 16)
  }
  const head = Buffer.from(`${destinationMac}${sourceMac}`.replaceAll(':', ''), 'hex')
  return Buffer.concat([head, Buffer.from(isV6 ? '86dd' : '0800', 'hex'), ip, above])
}
