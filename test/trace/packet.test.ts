import { expect, test } from 'vitest'
import { addressBytes, addressText } from '../../controller/trace/address.ts'
import { Identities } from '../../controller/trace/identity.ts'
import { readPacket } from '../../controller/trace/packet.ts'
import { flowText, packetText } from '../../controller/trace/packet-text.ts'
import { echo, tcp, udp, vip } from './frames.ts'

test.each(['10.0.0.1', '255.255.255.255', '1000::1:a00:1', '::', '::1', 'fe80::1', '2001:db8::1:0:0:1', '2001:db8:0:1:1:1:1:1', '1:2:3:4:5:6:7:8', 'fd00::'])('%s is the same text after it was bytes', address => {
  expect(addressText(addressBytes(address))).toBe(address)
})

const v6 = { source: '2001:db8:c::10', destination: '1000::1:a00:1' }

test.each<[Buffer, string, string]>([
  [tcp(), '192.0.2.10:40000 > 10.0.0.1:5000', 'tcp SYN seq 1000 len 0'],
  [tcp({ flags: 0x18, ack: 5, payload: 'abc', timestamp: 9 }), '192.0.2.10:40000 > 10.0.0.1:5000', 'tcp PSH,ACK seq 1000 ack 5 len 3'],
  [tcp({ flags: 0x18, length: 1348, payload: 'a' }), '192.0.2.10:40000 > 10.0.0.1:5000', 'tcp PSH,ACK seq 1000 ack 0 len 1348'],
  [tcp({ ...v6, flags: 0x14 }), '[2001:db8:c::10]:40000 > [1000::1:a00:1]:5000', 'tcp RST,ACK seq 1000 ack 0 len 0'],
  [udp({ payload: 'who' }), '192.0.2.10:40000 > 10.0.0.1:5000', 'udp len 3'],
  [echo({ id: 3, seq: 2 }), '192.0.2.10 > 10.0.0.1', 'icmp echo request id 3 seq 2'],
  [echo(v6), '2001:db8:c::10 > 1000::1:a00:1', 'icmp6 echo request id 7 seq 1'],
])('packet %# is read', (bytes, flow, what) => {
  const packet = readPacket(bytes)!
  expect([flowText(packet), packetText(packet)]).toEqual([flow, what])
})

test('a VLAN tag is passed over, a later fragment has no ports, an extension header is passed over', () => {
  const plain = udp({ payload: 'who' })
  const tagged = Buffer.concat([plain.subarray(0, 12), Buffer.from('81000064', 'hex'), plain.subarray(12)])
  expect(flowText(readPacket(tagged)!)).toBe('192.0.2.10:40000 > 10.0.0.1:5000')
  const fragment = Buffer.from(plain)
  fragment.writeUInt16BE(185, 14 + 6)
  expect([flowText(readPacket(fragment)!), packetText(readPacket(fragment)!)]).toEqual(['192.0.2.10 > 10.0.0.1', 'fragment of udp len 11'])
  const six = udp({ ...v6, payload: 'who' })
  const options = Buffer.concat([six.subarray(0, 54), Buffer.from([17, 0, 1, 4, 0, 0, 0, 0]), six.subarray(54)])
  options[14 + 6] = 60
  options.writeUInt16BE(11 + 8, 14 + 4)
  expect([flowText(readPacket(options)!), packetText(readPacket(options)!)]).toEqual(['[2001:db8:c::10]:40000 > [1000::1:a00:1]:5000', 'udp len 3'])
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['no IP', Buffer.concat([Buffer.alloc(12), Buffer.from('0806', 'hex'), Buffer.alloc(28)])],
  ['an IP header cut short', tcp().subarray(0, 30)],
  ['a TCP header cut short', tcp().subarray(0, 40)],
  ['an IPv6 header cut short', tcp(v6).subarray(0, 50)],
])('%s is no packet we can read', (_, bytes) => {
  expect(readPacket(bytes)).toBeUndefined()
})

const identities = new Identities()
const identity = (bytes: Buffer, by = identities) => {
  by.read(readPacket(bytes)!)
  return `${by.packetA} ${by.packetB}`
}

test('a packet keeps its identity from hop to hop: TTL and MAC addresses change, for TCP the IP id, too', () => {
  expect(identity(tcp({ ttl: 62, sourceMac: '02:fe:00:00:00:09', ipId: 7 }))).toBe(identity(tcp()))
  expect(identity(udp({ ttl: 62, payload: 'x' }))).toBe(identity(udp({ payload: 'x' })))
})

test.each<[string, Buffer, Buffer]>([
  ['a retransmission with a timestamp of its own', tcp({ timestamp: 1 }), tcp({ timestamp: 2 })],
  ['another sequence number', tcp({ seq: 1 }), tcp({ seq: 2 })],
  ['other flags', tcp({ flags: 0x10 }), tcp({ flags: 0x11 })],
  ['another length', tcp({ flags: 0x10, length: 10 }), tcp({ flags: 0x10, length: 11 })],
  ['the way back', tcp(), tcp({ source: vip, destination: '192.0.2.10', sourcePort: 5000, destinationPort: 40_000 })],
  ['datagrams that differ in what they carry', udp({ payload: 'a' }), udp({ payload: 'b' })],
  ['datagrams that differ in their IP id', udp({ ipId: 1 }), udp({ ipId: 2 })],
  ['pings', echo({ seq: 1 }), echo({ seq: 2 })],
])('%s is another packet', (_, one, other) => {
  expect(identity(one)).not.toBe(identity(other))
})

test('a port-NAT is undone, both ways', () => {
  const undo = new Identities([{ vip: '0a000001', protocol: 6, port: 80, targetPort: 8080 }])
  const of = (bytes: Buffer) => identity(bytes, undo)
  expect(of(tcp({ destinationPort: 8080 }))).toBe(of(tcp({ destinationPort: 80 })))
  const reply = { source: vip, destination: '192.0.2.10', destinationPort: 40_000 }
  expect(of(tcp({ ...reply, sourcePort: 8080 }))).toBe(of(tcp({ ...reply, sourcePort: 80 })))
  expect(of(udp({ destinationPort: 8080 }))).not.toBe(of(udp({ destinationPort: 80 })))
  expect(of(tcp({ destination: '10.0.0.2', destinationPort: 8080 }))).not.toBe(of(tcp({ destination: '10.0.0.2', destinationPort: 80 })))
})

test('a segment is known again when it is sent again, a bare acknowledgement is not looked for', () => {
  const segment = (bytes: Buffer) => {
    identities.read(readPacket(bytes)!)
    return identities.isSegment ? `${identities.segmentA} ${identities.segmentB}` : undefined
  }
  expect(segment(tcp({ timestamp: 1 }))).toBe(segment(tcp({ timestamp: 2 })))
  expect(segment(tcp({ flags: 0x18, payload: 'abc', ack: 1 }))).toBe(segment(tcp({ flags: 0x10, payload: 'abc', ack: 2 })))
  expect(segment(tcp({ flags: 0x10 }))).toBeUndefined()
})
