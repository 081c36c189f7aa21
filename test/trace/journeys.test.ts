import { describe, expect, test } from 'vitest'
import { Journeys } from '../../controller/trace/journeys.ts'
import { readPacket } from '../../controller/trace/packet.ts'
import { Vips } from '../../controller/trace/vips.ts'
import { echo, tcp, udp, vip } from './frames.ts'

const ms = 1e6
const back = { source: vip, destination: '192.0.2.10', sourcePort: 5000, destinationPort: 40_000 }

/** Three taps on the way of a request: 0, 1, 2. */
function following({ maxOpen = 1000, isKnown = true } = {}) {
  const done: { id: number; way: string; end: string; taps: number[]; again: boolean }[] = []
  const journeys = new Journeys({
    vips: new Vips(['0a000001', '1000000000000000000000000a000001']), portChanges: [], quietNs: 500 * ms, settleNs: 100 * ms, maxOpen,
    steps: 3, stepOf: (_, tap) => tap,
    isKnown: () => isKnown,
    onDone: (told, end) => {
      const { id, way, sightings, again } = told.journey()
      done.push({ id, way, end, taps: sightings.map(({ tap }) => tap), again })
    },
  })
  const see = (bytes: Buffer, tap: number, atMs: number) => journeys.see(readPacket(bytes)!, tap, atMs * ms, bytes.length)
  return { journeys, done, see, run: (atMs: number, ended = false) => journeys.run(atMs * ms, ended) }
}

test('a packet is one journey over all taps, told when it has arrived', () => {
  const { see, run, done } = following()
  expect([see(tcp(), 0, 1), see(tcp({ ttl: 63 }), 1, 2), see(tcp({ ttl: 62 }), 2, 3)]).toEqual([1, 1, 1])
  run(4)
  expect(done).toEqual([{ id: 1, way: 'request', end: 'arrived', taps: [0, 1, 2], again: false }])
})

test('journeys are told in order of first sight: an arrived one waits for an earlier one that has not', () => {
  const { see, run, done } = following()
  see(udp({ payload: 'lost' }), 0, 1)
  for (const tap of [0, 1, 2]) see(udp({ payload: 'well' }), tap, 2 + tap)
  run(100)
  expect(done).toEqual([])
  run(502)
  expect(done.map(({ id, end, taps }) => [id, end, taps])).toEqual([[1, 'quiet', [0]], [2, 'arrived', [0, 1, 2]]])
})

test('one that has arrived, but was not seen everywhere, is waited for a little', () => {
  const { see, run, done } = following()
  for (const tap of [0, 2]) see(udp(), tap, 1 + tap)
  run(50)
  expect(done).toEqual([])
  see(udp(), 1, 51)
  run(52)
  expect(done).toEqual([{ id: 1, way: 'request', end: 'arrived', taps: [0, 2, 1], again: false }])
  for (const tap of [0, 2]) see(udp({ ipId: 2 }), tap, 60)
  run(161)
  expect(done.at(-1)).toMatchObject({ id: 2, end: 'arrived', taps: [0, 2] })
})

test('nothing is told as not seen further before it is known what was lost', () => {
  const { see, run, done } = following({ isKnown: false })
  see(udp(), 0, 1)
  run(10_000)
  expect(done).toEqual([])
  run(10_000, true)
  expect(done).toMatchObject([{ end: 'quiet' }])
})

test('the same bytes on the same tap again are another packet: a copy, or sent again', () => {
  const { see, run, done } = following()
  see(tcp({ timestamp: 1 }), 0, 1)
  see(tcp({ timestamp: 1000 }), 0, 1000)
  see(tcp({ timestamp: 1000 }), 1, 1001)
  see(tcp({ timestamp: 1 }), 0, 1002)
  run(5000, true)
  expect(done.map(({ id, taps, again }) => [id, taps, again])).toEqual([[1, [0], false], [2, [0, 1], true], [3, [0], true]])
})

test.each<[string, Buffer, string]>([
  ['to a VIP', tcp(), 'request'],
  ['from a VIP', tcp(back), 'reply'],
  ['to a VIP of IPv6', tcp({ source: '2001:db8:c::10', destination: '1000::a00:1' }), 'request'],
  ['of others', tcp({ destination: '10.9.9.9' }), 'other'],
  ['a ping to a VIP', echo(), 'request'],
])('a packet %s is a %s', (_, bytes, way) => {
  const { see, run, done } = following()
  see(bytes, 1, 1)
  run(1000, true)
  expect(done.map(each => each.way)).toEqual([way])
})

test('neighbour discovery with a VIP as source is no reply', () => {
  const { see, run, done } = following()
  const solicitation = echo({ source: '1000::a00:1', destination: 'ff02::1:ff00:1' })
  solicitation[14 + 40] = 135
  see(solicitation, 1, 1)
  run(1000, true)
  expect(done.map(each => each.way)).toEqual(['other'])
})

describe('TCP segments that are merged or split between hops', () => {
  const data = (seq: number, length: number) => tcp({ seq, length, flags: 0x18, payload: 'x' })

  test('are followed by their bytes: two are merged by GRO', () => {
    const { see, run, done } = following()
    see(data(1000, 100), 0, 1)
    see(data(1100, 100), 0, 2)
    see(data(1000, 200), 1, 3)
    see(data(1000, 200), 2, 4)
    run(5)
    expect(done.map(({ end, taps }) => [end, taps])).toEqual([['arrived', [0, 1, 2]], ['arrived', [0, 1, 2]]])
  })

  test('one is split: it has arrived when all of its bytes have', () => {
    const { see, run, done } = following()
    see(data(1000, 300), 0, 1)
    for (const tap of [1, 2]) for (const part of [0, 1]) see(data(1000 + 100 * part, 100), tap, 2 + tap)
    run(100)
    expect(done).toEqual([])
    for (const tap of [1, 2]) see(data(1200, 100), tap, 100)
    run(101)
    expect(done.map(({ id, end, taps }) => [id, end, taps])).toEqual([[1, 'arrived', [0, 1, 2]]])
  })

  test('also where the sequence number wraps', () => {
    const { see, run, done } = following()
    see(data(0xffff_ff00, 512), 0, 1)
    for (const tap of [1, 2]) {
      see(data(0xffff_ff00, 256), tap, 2)
      see(data(0, 256), tap, 3)
    }
    run(4)
    expect(done).toMatchObject([{ end: 'arrived', taps: [0, 1, 2] }])
  })

  test('a lost segment is not taken for arrived when its bytes are sent again', () => {
    const { see, run, done } = following()
    see(tcp({ seq: 1000, length: 100, flags: 0x18, timestamp: 1 }), 0, 1)
    for (const tap of [0, 1, 2]) see(tcp({ seq: 1000, length: 100, flags: 0x18, timestamp: 300 }), tap, 300 + tap)
    run(2000)
    expect(done.map(({ end, taps, again }) => [end, taps, again])).toEqual([['quiet', [0], false], ['arrived', [0, 1, 2], true]])
  })

  test('bytes of another flow are not taken for these', () => {
    const { see, run, done } = following()
    see(data(1000, 200), 0, 1)
    see(tcp({ seq: 1000, length: 100, flags: 0x18, sourcePort: 40_001 }), 1, 2)
    run(2000, true)
    expect(done.map(({ taps }) => taps)).toEqual([[0], [1]])
  })
})

test('when more packets are open than may be, the oldest is given up', () => {
  const { see, done } = following({ maxOpen: 2 })
  for (const payload of ['a', 'b', 'c']) see(udp({ payload }), 0, 1)
  expect(done).toMatchObject([{ id: 1, end: 'given-up' }])
})
