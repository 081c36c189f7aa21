import type { Packet } from './packet.ts'

/** Who speaks to whom: `192.0.2.10:40000 > 10.0.0.1:5000`, `[2001:db8::1]:40000 > [1000::1]:5000`. */
export function flowText(packet: Packet): string {
  if (!packet.hasPorts) return `${packet.source} > ${packet.destination}`
  return `${endpoint(packet.source, packet.sourcePort)} > ${endpoint(packet.destination, packet.destinationPort)}`
}

/** What it is: `tcp SYN seq 12 len 0`, `udp len 20`, `icmp echo request id 7 seq 1`. */
export function packetText({ tcp, icmp, layout: { protocol, payloadLength, laterFragment } }: Packet): string {
  if (laterFragment) return `fragment of ${protocolName(protocol)} len ${payloadLength}`
  if (tcp) return `tcp ${flagsText(tcp.flags)} seq ${tcp.seq}${tcp.flags & 0x10 ? ` ack ${tcp.ack}` : ''} len ${payloadLength}`
  if (icmp) return `${protocolName(protocol)} ${icmpText(protocol, icmp)}`
  return `${protocolName(protocol)} len ${payloadLength}`
}

export function protocolName(protocol: number): string {
  return protocols.find(([number]) => number === protocol)?.[1] ?? `protocol ${protocol}`
}

/** 0 for a name that is not known */
export function protocolNumber(name: string): number {
  return protocols.find(([, known]) => known === name)?.[0] ?? 0
}

const protocols = [[1, 'icmp'], [6, 'tcp'], [17, 'udp'], [58, 'icmp6'], [132, 'sctp']] as const

function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** In the order people say them. */
const flagBits = { SYN: 2, FIN: 1, RST: 4, PSH: 8, ACK: 16, URG: 32, ECE: 64, CWR: 128 } as const

function flagsText(flags: number): string {
  return Object.entries(flagBits).filter(([, bit]) => flags & bit).map(([name]) => name).join(',') || 'none'
}

function icmpText(protocol: number, { type, code, id, seq }: NonNullable<Packet['icmp']>): string {
  const echo = protocol === 1 ? { 8: 'request', 0: 'reply' }[type] : { 128: 'request', 129: 'reply' }[type]
  return echo === undefined ? `type ${type} code ${code}` : `echo ${echo} id ${id} seq ${seq}`
}
