import type { NfqlbEvent } from './events.ts'
import type { NfqlbMatch, NfqlbVerdict } from './nfqlb-lines.ts'
import { type FileTime, fileTime, packetBlock } from './pcapng.ts'

export interface NfqlbBlockOptions {
  readonly base: number
  readonly interface: number
  readonly snaplen: number
  /** of the packet before it in the file; else when it came, ns after the base */
  readonly time?: FileTime
  readonly at?: number
}

/**
 * What a load balancer said, as a packet of its own interface in the file: a frame of the EtherType for local experiments (IEEE 802, 0x88b5) that holds the words, which stand in the
 * comment, too. nfqlb tells no times: it stands in the file where it came, at the time of the packet before it.
 */
export function nfqlbBlock(event: NfqlbEvent, { base, interface: at, snaplen, time, at: cameAt = 0 }: NfqlbBlockOptions): Buffer {
  const comment = `nfqlb trace, which tells no times; this came at ${event.at}: ${event.text}`
  const frame = Buffer.concat([Buffer.alloc(12), Buffer.from([0x88, 0xb5]), Buffer.from(comment)])
  return packetBlock({ interface: at, time: time ?? fileTime(base, cameAt), data: frame.subarray(0, snaplen), length: frame.length, dropped: 0, id: event.journey ?? 0, direction: 'in', comment })
}

/** `192.0.2.10:40000 > 10.0.0.1:5001 tcp len 60: mark 5003 of tshm-stream1` */
export function nfqlbText({ packet, verdict, paired, among }: NfqlbMatch): string {
  const { protocol, length, source, sourcePort, destination, destinationPort, icmp } = packet
  const end = (address: string, port: number): string => (port === 0 ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`)
  const unsure = paired === 'unended' ? 'the verdict was not read' : `ambiguous${among ? `, one of: ${[...new Set(among.map(verdictText))].join(', ')}` : ''}`
  return `${end(source, sourcePort)} > ${end(destination, destinationPort)} ${protocol} len ${length}${icmp === undefined ? '' : ` ${icmp}`}: ${verdict ? verdictText(verdict) : unsure}`
}

export function verdictText({ stream, fwmark }: NfqlbVerdict): string {
  if (fwmark >= 0) return `mark ${fwmark} of ${stream}`
  return stream === undefined ? 'dropped, no flow matches' : `dropped, ${stream} has no target`
}
