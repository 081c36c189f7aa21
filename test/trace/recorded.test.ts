import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Journey, Journeys } from '../../controller/trace/journeys.ts'
import { readPacket } from '../../controller/trace/packet.ts'
import { flowText, packetText } from '../../controller/trace/packet-text.ts'
import { Vips } from '../../controller/trace/vips.ts'

/**
 * The recorded captures of nine namespaces at once (test/fixtures/trench/captures; tcpdump -i any, LINUX_SLL2): four TCP connections per family, one SYN to a port
 * without flow, two pings per family. A tap is a namespace, an interface
 * number and a direction (replies come in and go out by a proxy's bridge); frames are given an Ethernet header of what SLL2 tells.
 */
/** packet type of SLL2 */
const outgoing = 4

interface Frame { readonly tap: string; readonly at: number; readonly bytes: Buffer; readonly length: number }

function recorded(place: string): Frame[] {
  const file = readFileSync(join(import.meta.dirname, `../fixtures/trench/captures/${place}.pcap`))
  const frames: Frame[] = []
  for (let at = 24; at < file.length; at += 16 + file.readUInt32LE(at + 8)) {
    const sll = file.subarray(at + 16, at + 16 + file.readUInt32LE(at + 8))
    const ethernet = Buffer.concat([Buffer.alloc(6), sll.subarray(12, 18), sll.subarray(0, 2)])
    frames.push({ tap: `${place}#${sll.readUInt32BE(4)}${sll[10] === outgoing ? 'out' : 'in'}`, at: file.readUInt32LE(at) * 1e9 + file.readUInt32LE(at + 4) * 1e3, bytes: Buffer.concat([ethernet, sll.subarray(20)]), length: file.readUInt32LE(at + 12) - 6 })
  }
  return frames
}

const frames = ['gw', 'lb-1', 'lb-2', 'px-a', 'px-b', 'tg-1', 'tg-2', 'tg-3', 'tg-4'].flatMap(recorded).sort((a, b) => a.at - b.at)
const taps = [...new Set(frames.map(({ tap }) => tap))]
const done: Journey[] = []
const journeys = new Journeys({
  vips: new Vips(['0a000001', '1000000000000000000000010a000001']), portChanges: [], quietNs: 1e9, settleNs: 1e9, maxOpen: 10_000,
  steps: 4, stepOf: () => undefined, isKnown: () => true, onDone: told => done.push(told.journey()),
})
for (const { tap, at, bytes, length } of frames) {
  const packet = readPacket(bytes)
  if (packet) journeys.see(packet, taps.indexOf(tap), at, length)
}
journeys.run(Number.MAX_SAFE_INTEGER, true)

/** `pod` names in the order a journey came through, each once. */
const podsOf = ({ sightings }: Journey) => [...new Set(sightings.map(({ tap }) => taps[tap]!.split('#')[0]!))]
const syns = done.filter(({ way, packet }) => way === 'request' && packetText(packet).startsWith('tcp SYN seq'))

test('each connection\'s SYN is one journey: gateway, a load balancer, a proxy, a target', () => {
  const ways = syns.filter(({ packet }) => packet.destinationPort === 5001).map(journey => podsOf(journey).map(pod => pod.replace(/-.*/, '')).join(' '))
  expect(ways).toEqual(Array(8).fill('gw lb px tg'))
})

test('the SYN to a port without flow, and each time it is sent again, ends in the load balancer', () => {
  const lost = syns.filter(({ packet }) => packet.destinationPort === 4000)
  expect(lost.map(podsOf).map(pods => pods.map(pod => pod.replace(/-.*/, '')).join(' '))).toEqual(lost.map(() => 'gw lb'))
  expect(lost.map(({ again }) => again)).toEqual(lost.map((_, index) => index > 0))
})

test('pings of both families are followed, and answered by the target they met', () => {
  const pings = done.filter(({ packet, way }) => way === 'request' && packet.icmp && packetText(packet).includes('echo request'))
  expect(pings.length).toBe(4)
  for (const ping of pings) {
    const reply = done.find(({ way, packet }) => way === 'reply' && packet.icmp?.id === ping.packet.icmp!.id && packet.icmp.seq === ping.packet.icmp!.seq && packet.layout.family === ping.packet.layout.family)
    expect(podsOf(reply!)[0]).toBe(podsOf(ping).at(-1))
  }
})

test('replies of 3000 bytes are seen at the client\'s gateway in full, whatever GRO made of them on the way', () => {
  const segments = done.filter(({ way, packet }) => way === 'reply' && packet.tcp && packet.layout.payloadLength > 1000)
  expect(segments.length).toBeGreaterThanOrEqual(8)
  for (const segment of segments) expect([flowText(segment.packet), podsOf(segment).includes('gw')]).toEqual([flowText(segment.packet), true])
})
