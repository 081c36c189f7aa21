import { find, recorded } from './recordings.ts'

/** How a recorded trace is made again: the state, the trace flows, and what is put on the cable (else: what its blocks show). */
export interface Traced {
  row: string
  selection: string
  traceFlows?: string[][]
  prepare?: string[][]
  packets?: object[]
  while?: string[][]
  where?: 'private-shm'
  end?: 'server'
  only?: string // the version whose recording can be made again; in the other two threads interleaved
}

const ALL = [['probe-all']]
const V4 = { family: 4, source: '203.0.113.1', destination: '20.0.0.1' }
const V6 = { family: 6, source: '2001:db8::1', destination: '2000::1' }
const PROBE = [{ ...V4, protocol: 17, sport: 40000, dport: 7777, length: 38 }, { ...V6, protocol: 17, sport: 40000, dport: 7777, length: 58 }]
const FRAGMENTED = [
  { ...V4, protocol: 17, dport: 5000, length: 1500, more: true, identity: 9, offset: undefined },
  { ...V4, protocol: 17, length: 1500, more: true, identity: 9, offset: 1480 }, { ...V4, protocol: 17, length: 1068, identity: 9, offset: 2960 },
  { ...V6, protocol: 17, sport: 40000, dport: 5000, length: 1496, more: true, identity: 9, offset: undefined },
  { ...V6, protocol: 17, length: 1496, more: true, identity: 9, offset: 1448 }, { ...V6, protocol: 17, length: 1160, identity: 9, offset: 2896 },
]

export const traced: Traced[] = [
  { row: 'trace-mask-0', selection: '--mask=0', packets: PROBE },
  { row: 'trace-no-traceflow', selection: '--selection=flows', packets: PROBE },
  { row: 'trace-unknown-selection', selection: '--selection=flow,packets', packets: PROBE },
  { row: 'ipc-private-shm-trace', selection: '--selection=flows', traceFlows: ALL, packets: PROBE, where: 'private-shm' },
  { row: 'trace-flow-conf', selection: '--selection=flow-conf,target', packets: [], while: [
    ['flow-set', '--name=tshm-stream1-f9', '--target=tshm-stream1', '--protocols=udp', '--dports=9'],
    ['flow-set', '--name=x', '--target=tshm-nosuch'], ['flow-delete', '--name=tshm-stream1-f9'], ['trace-flow-set', '--name=t', '--protocols=icmp'],
  ] },
  { row: 'trace-flows-tcp-ping', selection: '--selection=flows', traceFlows: [['probe-tcp', '--protocols=tcp', '--srcs=203.0.113.0/24,2001:db8::/64', '--dports=5000']] },
  { row: 'trace-flows-udp', selection: '--selection=flows', traceFlows: [['probe-udp', '--protocols=udp']] },
  { row: 'trace-flows-overlap', selection: '--selection=flows', traceFlows: [['user-a', '--srcs=203.0.113.0/24'], ['user-b', '--protocols=tcp', '--dports=5000']] },
  { row: 'trace-lb-dies', selection: '--selection=flows', traceFlows: [['a', '--protocols=udp'], ['b', '--protocols=tcp']], end: 'server' },
  { row: 'trace-flows-no-flow', selection: '--selection=log,flows', traceFlows: ALL },
  { row: 'trace-flows-other-protocols', only: '1.2.0', selection: '--selection=flows', traceFlows: ALL },
  { row: 'trace-flows-icmp-errors', selection: '--selection=flows', traceFlows: ALL },
  { row: 'trace-log-flows-guide', selection: '--selection=log,flows', traceFlows: ALL },
  { row: 'trace-flows-kernel-defrag', selection: '--selection=flows,frag', traceFlows: [['all']] },
  { row: 'trace-flows-fragments', selection: '--selection=flows', traceFlows: ALL },
  { row: 'trace-frag', selection: '--selection=frag' },
  { row: 'trace-malformed', selection: '--selection=log,flows', traceFlows: ALL, packets: [
    { ...V4, protocol: 1, kind: 3, code: 3, length: 31 }, { ...V4, protocol: 17, payload: '9c40', length: 22 },
  ] },
  { row: 'trace-log-info', selection: '--selection=log', prepare: [['loglevel', '6']], packets: [...PROBE, ...PROBE] },
  { row: 'trace-packet', selection: '--selection=packet' },
  { row: 'trace-sctp', selection: '--selection=sctp,flows', traceFlows: ALL, prepare: [['loglevel', '5'], ['flow-set', '--name=tshm-stream1-sctp', '--target=tshm-stream1',
    '--protocols=sctp', '--dports=4000', '--udpencap=9899']] },
  { row: 'trace-flows-no-targets', selection: '--selection=flows', traceFlows: ALL, prepare: [
    ['flow-delete', '--name=tshm-stream1-sctp'], ['deactivate', '--shm=tshm-stream1', '5048', '5058', '5067', '5090'],
  ] },
]

export const tracedRows = traced.map(({ row }) => row)

/** The packets that made a recorded trace, read from its match blocks (and, for `packet`, from its packet lines). */
export function packetsOf(version: string, row: string, sportFor: (packet: object, mark: number) => object): object[] {
  const text = recorded(find(version, row)!.file)
  const blocks = text.split('\nMatch for trace-flow: ').slice(1)
  if (row === 'trace-frag') return FRAGMENTED.map(packet => packet.offset === undefined && packet.family === 4 ? sportFor(packet, 5090) : packet)
  const fragmented = row === 'trace-flows-fragments'
  if (blocks.length > 0) return blocks.map(block => ({ ...packetOfBlock(block), ...(fragmented && /udp, len=1500/.test(block) ? { more: true, identity: 9 } : {}) }))
  return [...text.matchAll(/Packet; proto=(\d+), len=(\d+), fwmark=(\d+)|Failed flowLookup/g)].map(([line, protocol, length, mark], place) => {
    if (line === 'Failed flowLookup') return { ...(place % 2 ? V6 : V4), protocol: 47, length: 44 + 20 * (place % 2) }
    return sportFor(plain(Number(protocol), Number(length)), Number(mark))
  })
}

function plain(protocol: number, length: number): object {
  const family = protocol === 58 || length === 80 || length === 72 || length === 58 ? V6 : V4
  return { ...family, protocol, length, ...(protocol === 1 ? { kind: 8 } : protocol === 58 ? { kind: 128 } : { dport: 5000 }) }
}

function packetOfBlock(block: string): object {
  const [, protocol, length, source, sport, destination, dport] = /^proto=(\w+), len=(\d+), (\S+) (\d+) -> (\S+) (\d+)$/m.exec(block)!
  const family = source!.startsWith('::ffff:') ? 4 : 6
  const address = (text: string) => text.replace('::ffff:', '')
  const packet = {
    family, protocol: { tcp: 6, udp: 17, sctp: 132, icmp: 1, icmp6: 58 }[protocol!] ?? Number(protocol),
    source: address(source!), destination: address(destination!), sport: Number(sport), dport: Number(dport), length: Number(length),
  }
  if (block.includes('udpencap=')) {
    // The ports inside are those of the recording's raw packets (index.json: raw-packet sctp).
    return { ...packet, payload: Buffer.from(Uint16Array.of(9899, 9899, packet.length - (family === 4 ? 20 : 40), 0, 40001, 4000, 0, 0, 0, 0).map(swap).buffer).toString('hex') }
  }
  if (packet.sport === 4352 && packet.dport === 1) return { ...packet, more: true, identity: 9, sport: 40000, dport: 5000 }
  return { ...packet, ...icmpOf(block, packet) }
}

function icmpOf(block: string, packet: { family: number; source: string; destination: string; sport: number; dport: number }): object {
  const echo = /ECHO\w*: id=(\d+), seq=(\d+)/.exec(block)
  if (echo) return { kind: packet.family === 4 ? 8 : 128, word: Number(echo[1]) * 65536 + Number(echo[2]) }
  const other = /^ICMP6? (\d+), (\d+)$/m.exec(block)
  const mtu = /mtu=(\d+)/.exec(block)
  const code = /UNREACH: code=(\d+)/.exec(block)
  const kind = other ? Number(other[1]) : mtu ? (packet.family === 4 ? 3 : 2) : code ? 3 : undefined
  if (kind === undefined) return {}
  const error = { kind, code: Number(other?.[2] ?? code?.[1] ?? (packet.family === 4 ? 4 : 0)), word: Number(mtu?.[1] ?? 0) }
  if (kind === 13) return error
  const inner = { ...packet, source: packet.destination, destination: packet.source, sport: packet.dport, dport: packet.sport, length: packet.family === 4 ? 28 : 48 }
  return { ...error, protocol: packet.family === 4 ? 1 : 58, inner }
}

function swap(word: number): number {
  return (word & 0xff) << 8 | word >> 8
}
