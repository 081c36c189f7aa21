import { expect, test } from 'vitest'
import { Engine } from '../../controller/trace/engine.ts'
import type { JourneyEvent, TraceEvent } from '../../controller/trace/events.ts'
import type { Tap } from '../../controller/trace/taps.ts'
import { record, udp } from './frames.ts'

const base = 1_790_000_000
const taps: readonly Tap[] = ['near', 'far'].map((name, tap) => ({ tap, pod: `red/${name}`, role: 'lb', node: 'w1', interface: 'if', place: name, step: tap, request: 'in', routed: false, addresses: [], label: `${name}/if` }))
const owner = { mac: '02:fe:00:00:00:02', pod: 'red/far', interface: 'if' }

/** Synthetic: an engine that reads two rings, frozen an hour after base; packets are named by their seconds after base. */
function reading() {
  const events: TraceEvent[] = []
  const engine = new Engine({
    base, taps, steps: 2, unseen: [], vips: ['0a000001'], portChanges: [], macs: [[owner.mac, owner]], probes: [0, 1], clocks: taps.map(() => ({ offsetNs: 0, errorNs: 0 })), leastGraceNs: 15e6, count: 0, isFrozen: true,
  }, { onBlocks: () => {}, onEvent: event => events.push(event), onEnough: () => {} })
  engine.wants = { blocks: false, packets: true, journeys: true }
  return { engine, events, packets: (...seconds: readonly number[]) => Buffer.concat(seconds.map(second => record([base + second, 0], udp({ ipId: second, payload: String(second) })))) }
}
const hour = 3600e9
const journeys = (events: readonly TraceEvent[]) => events.filter((event): event is JourneyEvent => event.type === 'journey').map(({ at, outcome, text }) => `${Number(at.slice(14, 16)) * 60 + Number(at.slice(17, 19))} ${outcome}${text ? `: ${text}` : ''}`)

test('packets of one ring wait until the other has ended, however long ago they were captured', () => {
  const { engine, events, packets } = reading()
  engine.listening(0, 10e9)
  engine.data(0, 0, packets(11, 12), 0, hour)
  engine.ended(0, 0, { state: 'ended', message: '' }, hour)
  engine.run(hour)
  engine.run(hour + 20e9)
  expect([events.filter(({ type }) => type === 'packet'), engine.blocking]).toEqual([[], []])
  engine.listening(1, 10e9)
  engine.data(1, 0, packets(11), 0, hour)
  engine.data(1, 0, packets(12), 0, hour)
  engine.ended(1, 0, { state: 'ended', message: '' }, hour)
  engine.run(hour + 20e9)
  const told = events.flatMap(event => (event.type === 'packet' ? [event.at] : []))
  expect([told.length, told]).toEqual([4, [...told].sort()])
})

test('what gave way in a ring is in the ledger; nothing before is called lost, and what comes after is', () => {
  const { engine, events, packets } = reading()
  const start = Math.floor(base / 3600) * 3600 - base
  engine.listening(0, 10e9)
  engine.data(0, 0, packets(10, 20, 30, 40), 0, hour)
  engine.counted(0, 0, { matched: 5, captured: 4, kernelDropped: 0, closing: true, answeredMs: 0 }, hour)
  engine.ended(0, 0, { state: 'ended', message: '' }, hour)
  // the first that was left there: the two before may have passed
  engine.listening(1, 30e9)
  engine.data(1, 0, packets(30), 0, hour)
  engine.counted(1, 0, { matched: 3, captured: 3, kernelDropped: 0, overwritten: 2, closing: true, answeredMs: 0 }, hour)
  engine.ended(1, 0, { state: 'ended', message: '' }, hour)
  engine.finish(hour, hour, 'every capture has ended')
  expect(journeys(events)).toEqual([
    `${10 - start} inside: under way before all taps listened`, `${20 - start} inside: under way before all taps listened`, `${30 - start} arrived`, `${40 - start} lost: last seen at near/if, never at far/if`,
  ])
  const none = { kernelDropped: 0, probeShed: 0, unwritten: 0, late: 0, twice: 0, unaccounted: 0, closed: true }
  expect(events.find(event => event.type === 'ended')?.rows).toEqual([
    { tap: 0, matched: 5, delivered: 4, overwritten: 0, unread: 1, ...none },
    { tap: 1, matched: 3, delivered: 1, overwritten: 2, unread: 0, ...none },
  ])
})
