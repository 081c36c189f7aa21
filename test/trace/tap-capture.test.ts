import { expect, test } from 'vitest'
import type { Params } from '#facts/fact.ts'
import type { StreamEvents } from '../../controller/link/streams.ts'
import { Engine } from '../../controller/trace/engine.ts'
import type { TraceEvent } from '../../controller/trace/events.ts'
import { TapCapture } from '../../controller/trace/tap-capture.ts'
import type { Tap } from '../../controller/trace/taps.ts'
import { record, udp } from './frames.ts'

const none = Buffer.alloc(0)

/** A tap's capture whose probe is played here: `counts` says so many were matched a second later. */
function capturing() {
  const streams: { params: Params; events: StreamEvents; closed: boolean }[] = []
  const told: string[] = []
  let now = 0
  const capture = new TapCapture({
    params: { interface: 'near' }, now: () => now,
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
    streams[at]!.events.onData({ payload: none, dropped: 0, counters: { matched, captured: matched, kernelDropped: 0 } })
  }
  const listens = (at: number) => {
    matched = 0
    streams[at]!.events.onData({ payload: none, dropped: 0 })
  }
  return { capture, streams, told, counts, listens, ends: (at: number, code: 'over' | 'refused' | 'gone' = 'over') => streams[at]!.events.onEnd({ code, message: '' }) }
}

test('beyond 15,000 packets a second the next capture is buffered, and the last one ends when it listens', () => {
  const { streams, told, counts, listens, ends, capture } = capturing()
  listens(0)
  counts(0, 0)
  counts(0, 14_000)
  expect(streams).toHaveLength(1)
  counts(0, 20_000)
  expect([streams.map(({ params }) => params['immediate']), streams[0]!.closed]).toEqual([[true, false], false])
  listens(1)
  expect(streams[0]!.closed).toBe(true)
  ends(0)
  capture.grant(1, 5)
  expect(told).toEqual(['buffered at 20000', '0 handed over', '1 may send 5'])
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

test('what two captures of a tap have both seen at a switch is told once, in order, and the ledger balances', () => {
  const events: TraceEvent[] = []
  const tap: Tap = { tap: 0, pod: 'red/a', role: 'lb', node: 'a', interface: 'if', place: 'wire', step: 0, request: 'in', routed: false, addresses: [], label: 'a/if' }
  const engine = new Engine({ base: 1000, taps: [tap], steps: 1, unseen: [], vips: ['0a000001'], portChanges: [], macs: [], probes: [0], clocks: [{ offsetNs: 0, errorNs: 0 }], leastGraceNs: 15e6, count: 0 }, { onBlocks: () => {}, onEvent: event => events.push(event), onEnough: () => {} })
  engine.wants = { blocks: false, packets: true, journeys: false }
  const packets = (...times: readonly number[]) => Buffer.concat(times.map(ms => record([1000, ms * 1e6], udp({ ipId: ms }))))
  const counters = (captured: number) => ({ matched: captured + 1, captured, kernelDropped: 0 })
  engine.listening(0, 0)
  engine.data(0, 0, packets(1, 2), 0, 3e6)
  engine.switched(0, 'buffered', 50_000, 3e6)
  engine.data(0, 1, packets(3, 4), 0, 5e6)
  engine.data(0, 1, packets(5, 6), 0, 6e6)
  engine.data(0, 0, packets(3, 4, 5), 0, 6e6)
  engine.run(7e6)
  engine.counted(0, 0, counters(5), 7e6)
  engine.handedOver(0, 0, 7e6)
  engine.data(0, 1, packets(7), 0, 8e6)
  engine.counted(0, 1, counters(5), 9e6)
  engine.ended(0, 1, { state: 'ended', message: '' }, 9e6)
  engine.finish(9e6, 9e6, 'enough')
  expect(events.filter(event => event.type === 'packet').map(({ at }) => Number(at.slice(-10, -7)))).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(events.find(event => event.type === 'switch')).toMatchObject({ mode: 'buffered', perSecond: 50_000 })
  expect(events.find(event => event.type === 'ended')?.rows).toEqual([{ tap: 0, matched: 12, delivered: 7, kernelDropped: 0, probeShed: 0, late: 0, twice: 3, unread: 2, unaccounted: 0, closed: true }])
})
