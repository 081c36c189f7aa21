import { expect, test } from 'vitest'
import type { Params } from '#facts/fact.ts'
import type { StreamEvents } from '../../controller/link/streams.ts'
import { Engine } from '../../controller/trace/engine.ts'
import type { TraceEvent } from '../../controller/trace/events.ts'
import { Handover } from '../../controller/trace/handover.ts'
import { Ledger } from '../../controller/trace/ledger.ts'
import { TapCapture } from '../../controller/trace/tap-capture.ts'
import { TapQueue } from '../../controller/trace/tap-queue.ts'
import type { Tap } from '../../controller/trace/taps.ts'
import { record, udp } from './frames.ts'

const none = Buffer.alloc(0)

/** A tap's capture whose probe is played here: `counts` says so many were matched a second later. */
function capturing() {
  const streams: { params: Params; events: StreamEvents; closed: boolean }[] = []
  const told: string[] = []
  let now = 0
  const capture = new TapCapture({
    params: { interface: 'near' }, now: () => now, packetClock: () => 1_000_000 + now,
    open: (params, events) => {
      const stream = { params, events, closed: false }
      streams.push(stream)
      return { grant: bytes => told.push(`${streams.indexOf(stream)} may send ${bytes}`), close: () => { stream.closed = true } }
    },
    events: {
      onData: () => {}, onHandedOver: at => told.push(`${at} handed over`), onSwitch: (mode, perSecond) => told.push(`${mode} at ${perSecond}`),
      onEnd: (at, { code }) => told.push(`${at} ended: ${code}`),
    },
  })
  let matched = 0
  const counts = (at: number, perSecond: number) => {
    now += 1000
    matched += perSecond
    streams[at]!.events.onData({ payload: none, dropped: 0, counters: { matched, captured: matched, kernelDropped: 0, closing: false, answeredMs: 1 } })
  }
  const listens = (at: number) => {
    matched = 0
    streams[at]!.events.onData({ payload: none, dropped: 0 })
  }
  const brings = (at: number, unixMs: number) => streams[at]!.events.onData({ payload: record([Math.floor(unixMs / 1000), (unixMs % 1000) * 1e6], none), dropped: 0 })
  return { capture, streams, told, counts, listens, brings, ends: (at: number, code: 'over' | 'refused' | 'gone' = 'over') => streams[at]!.events.onEnd({ code, message: '' }) }
}

test('beyond 15,000 packets a second the next capture is buffered, and the last one ends when it has brought what came before that listened', () => {
  const { streams, told, counts, listens, brings, ends, capture } = capturing()
  listens(0)
  counts(0, 0)
  counts(0, 14_000)
  expect(streams).toHaveLength(1)
  counts(0, 20_000)
  expect([streams.map(({ params }) => params['immediate']), streams[0]!.closed]).toEqual([[true, false], false])
  listens(1)
  // it listens at 1003 s
  brings(0, 1_002_999)
  brings(1, 1_003_500)
  expect(streams[0]!.closed).toBe(false)
  brings(0, 1_003_001)
  expect(streams[0]!.closed).toBe(true)
  ends(0)
  capture.grant(1, 5)
  expect(told).toEqual(['buffered at 20000', '0 handed over', '1 may send 5'])
})

test('the last capture ends, too, when it has nothing left to bring', () => {
  const { streams, counts, listens } = capturing()
  listens(0)
  for (const rate of [0, 50_000]) counts(0, rate)
  listens(1)
  const counters = { matched: 100, captured: 80, kernelDropped: 10, closing: false, answeredMs: 1 }
  streams[0]!.events.onData({ payload: none, dropped: 0, counters })
  expect(streams[0]!.closed).toBe(false)
  streams[0]!.events.onData({ payload: none, dropped: 0, counters: { ...counters, captured: 90 } })
  expect(streams[0]!.closed).toBe(true)
})

test('after five calm seconds each packet is captured at once again', () => {
  const { streams, told, counts, listens, ends } = capturing()
  listens(0)
  for (const rate of [0, 50_000]) counts(0, rate)
  listens(1)
  ends(0)
  for (const rate of [50_000, 50_000, 4000, 4000, 4000, 4000]) counts(1, rate)
  expect(streams).toHaveLength(2)
  counts(1, 4000)
  listens(2)
  expect([streams[2]!.params['immediate'], told]).toEqual([true, ['buffered at 50000', '0 handed over', 'immediate at 4000']])
})

test('a switch that is refused leaves the capture as it is, and is not tried again', () => {
  const { streams, told, counts, listens, ends } = capturing()
  listens(0)
  for (const rate of [0, 50_000]) counts(0, rate)
  ends(1, 'refused')
  for (const rate of [50_000, 50_000]) counts(0, rate)
  expect([streams.length, streams[0]!.closed, told]).toEqual([2, false, []])
})

test('the end is told once, when nothing of it is captured any more', () => {
  const { told, counts, listens, ends, capture } = capturing()
  listens(0)
  for (const rate of [0, 50_000]) counts(0, rate)
  listens(1)
  capture.close()
  ends(1, 'gone')
  expect(told).toEqual(['buffered at 50000'])
  ends(0)
  expect(told).toEqual(['buffered at 50000', '0 handed over', '1 ended: gone'])
})

const times = (...ms: readonly number[]) => Buffer.concat(ms.map(each => record([1000, each * 1e6], udp({ ipId: each }))))
const closing = (matched: number, captured: number, kernelDropped = 0) => ({ matched, captured, kernelDropped, closing: true, answeredMs: 0 })

function engineOfOneTap() {
  const events: TraceEvent[] = []
  const tap: Tap = { tap: 0, pod: 'red/a', role: 'lb', node: 'a', interface: 'if', place: 'wire', step: 0, request: 'in', routed: false, addresses: [], label: 'a/if' }
  const engine = new Engine({ base: 1000, taps: [tap], steps: 1, unseen: [], vips: ['0a000001'], portChanges: [], macs: [], probes: [0], clocks: [{ offsetNs: 0, errorNs: 0 }], leastGraceNs: 15e6, count: 0 }, { onBlocks: () => {}, onEvent: event => events.push(event), onEnough: () => {} })
  engine.wants = { blocks: false, packets: true, journeys: false }
  engine.listening(0, 0)
  const row = () => {
    engine.finish(9e6, 9e6, 'enough')
    return events.find(event => event.type === 'ended')?.rows[0]
  }
  return { engine, events, row }
}

test('what two captures of a tap have both seen at a switch is told once, in order, and the ledger balances', () => {
  const { engine, events, row } = engineOfOneTap()
  engine.data(0, 0, times(1, 2), 0, 3e6)
  engine.switched(0, 'buffered', 50_000, 3e6)
  engine.data(0, 1, times(3, 4), 0, 5e6)
  engine.data(0, 1, times(5, 6), 0, 6e6)
  expect(engine.waiting).toBeGreaterThan(times(3, 4, 5, 6).length)
  engine.data(0, 0, times(3, 4, 5), 0, 6e6)
  engine.run(7e6)
  engine.counted(0, 0, closing(6, 5), 7e6)
  engine.handedOver(0, 0, 7e6)
  engine.data(0, 1, times(7), 0, 8e6)
  engine.counted(0, 1, closing(6, 5), 9e6)
  engine.ended(0, 1, { state: 'ended', message: '' }, 9e6)
  expect(row()).toEqual({ tap: 0, matched: 12, delivered: 7, kernelDropped: 0, probeShed: 0, overwritten: 0, unwritten: 0, late: 0, twice: 3, unread: 2, unaccounted: 0, closed: true })
  expect(events.filter(event => event.type === 'packet').map(({ at }) => Number(at.slice(-10, -7)))).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(events.find(event => event.type === 'switch')).toMatchObject({ mode: 'buffered', perSecond: 50_000 })
})

// recorded at 20,000 packets a second: matched 24204, captured 9619, of which 9618 came
test('a packet that the signal to end kept tcpdump from writing is in the ledger, and so is what lay in the kernel', () => {
  const { engine, row } = engineOfOneTap()
  engine.data(0, 0, times(1, 2, 3), 0, 3e6)
  engine.counted(0, 0, closing(10, 4, 1), 4e6)
  engine.ended(0, 0, { state: 'ended', message: '' }, 4e6)
  expect(row()).toEqual({ tap: 0, matched: 10, delivered: 3, kernelDropped: 1, probeShed: 0, overwritten: 0, unwritten: 1, late: 0, twice: 0, unread: 5, unaccounted: 0, closed: true })
})

test('a capture that ends without its closing counters is not exact, whatever it counted before', () => {
  const { engine, row } = engineOfOneTap()
  engine.data(0, 0, times(1, 2, 3), 0, 3e6)
  engine.counted(0, 0, { ...closing(7, 3), closing: false }, 4e6)
  engine.ended(0, 0, { state: 'ended', message: '' }, 4e6)
  expect(row()).toMatchObject({ matched: 7, delivered: 3, unread: 0, unaccounted: 4, closed: false })
})

test.each([
  ['the next capture brings the last packet of the one before, too', times(2, 3), 0],
  ['the next capture begins later than where the one before stopped reading', times(5), 2],
])('what a capture leaves unread when another takes its place is lost, unless %s', (_, next, lost) => {
  const ledger = new Ledger(1)
  const handover = new Handover()
  const queue = new TapQueue(0, 1000, 0)
  ledger.received(0, 0, queue.add(times(1, 2), 0).count, 0)
  handover.hold(1, next, 0)
  ledger.counted(0, 0, closing(4, 2), 3e6)
  ledger.close(0, 0)
  const [piece] = handover.next(0)
  const { count, skipped } = queue.add(piece!.records, 0, handover.overlaps)
  if (handover.took(count, skipped)) ledger.gap(0, 0)
  expect(ledger.lost(0)).toBe(lost)
})
