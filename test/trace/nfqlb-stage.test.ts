import { expect, test } from 'vitest'
import type { JourneyEvent, TraceEvent } from '../../controller/trace/events.ts'
import type { NfqlbMatch } from '../../controller/trace/nfqlb-lines.ts'
import { NfqlbStage } from '../../controller/trace/nfqlb-stage.ts'
import { fileTime, packetBlock } from '../../controller/trace/pcapng.ts'
import type { Tap } from '../../controller/trace/taps.ts'

const tap = (at: number, pod: string, role: string): Tap => ({ tap: at, pod, role, node: 'w1', interface: 'i', place: 'p', addresses: [], label: `${pod}/i` })
const taps = [tap(0, 'red/lb-1', 'lb'), tap(1, 'red/lb-2', 'lb'), tap(2, 'red/tg-1', 'tapa')]
const [source, destination] = ['192.0.2.10', '10.0.0.1']
const selection = { balancers: [{ pod: 'red/lb-1', label: 'lb-1' }, { pod: 'red/lb-2', label: 'lb-2' }], protocols: ['tcp'], vip: destination, port: 5001 }

/** `length`: of the frame */
function journey(id: number, { lb = 0, sourcePort = 40_000, length = 74, way = 'request' }: { lb?: number; sourcePort?: number; length?: number; way?: JourneyEvent['way'] } = {}): JourneyEvent {
  const packet = { flow: '', what: '', protocol: 'tcp', source, sourcePort, destination, destinationPort: 5001, length }
  return { type: 'journey', id, at: '', way, packet, hops: [lb, 2].map(at => ({ tap: at, at: '' })), outcome: 'arrived' }
}

function match(fwmark: number, { sourcePort = 40_000, length = 60, protocol = 'tcp', destinationPort = 5001, paired = 'alone' as NfqlbMatch['paired'] } = {}): NfqlbMatch {
  return { flow: 'probe-ts0-1', packet: { protocol, length, source, sourcePort, destination, destinationPort }, verdict: { stream: 'tshm-s', fwmark }, paired }
}

function stage({ active = [0, 1] } = {}) {
  const events: TraceEvent[] = []
  const blocks: Buffer[] = []
  const made = new NfqlbStage({ base: 1_800_000_000, taps, selection, snaplen: 128, onEvent: event => events.push(event), onBlock: block => blocks.push(block) })
  for (const balancer of active) made.set(balancer, true)
  // `journey 1: 5001`, `said 5001 of 1`
  const told = () => events.splice(0).map(event => (event.type === 'journey' ? `journey ${event.id}: ${event.mark?.fwmark ?? 'no mark'}` : event.type === 'nfqlb' ? `said ${event.verdict?.fwmark} of ${event.journey ?? 'nothing'}` : event.type))
  return { made, told, blocks, events }
}

test('a journey waits for what its load balancer says of it, and is told with it', () => {
  const { made, told } = stage()
  made.take(journey(1), 0)
  made.take(journey(2, { sourcePort: 40_001 }), 0)
  made.add(0, [match(5002, { sourcePort: 40_001 })], 50e6)
  made.run(60e6)
  expect(told()).toEqual([])
  made.add(0, [match(5001)], 80e6)
  made.run(90e6)
  expect(told()).toEqual(['said 5001 of 1', 'journey 1: 5001', 'said 5002 of 2', 'journey 2: 5002'])
})

test('what was said before the journey was told is not waited for', () => {
  const { made, told } = stage()
  made.add(0, [match(5001)], 0)
  made.take(journey(1), 2e9)
  made.run(2e9)
  expect(told()).toEqual(['said 5001 of 1', 'journey 1: 5001'])
})

test('packets of one flow and length are brought together in their order; another length is another packet', () => {
  const { made, told } = stage()
  made.add(0, [match(5001, { length: 52 }), match(5001), match(5002)], 0)
  for (const event of [journey(1), journey(2), journey(3, { length: 66 })]) made.take(event, 0)
  made.run(0)
  expect(told()).toEqual(['said 5001 of 1', 'journey 1: 5001', 'said 5002 of 2', 'journey 2: 5002', 'said 5001 of 3', 'journey 3: 5001'])
})

test.each([
  ['of 40 bytes, padded to the shortest frame', 60, 40],
  ['merged to more than nfqlb tells', 2962, 1500],
])('a packet %s is found', (_, frame, length) => {
  const { made, told } = stage()
  made.add(0, [match(5001, { length })], 0)
  made.take(journey(1, { length: frame }), 0)
  made.run(0)
  expect(told()).toEqual(['said 5001 of 1', 'journey 1: 5001'])
})

test('each load balancer speaks for what came to it', () => {
  const { made, told } = stage()
  made.add(1, [match(5009)], 0)
  made.take(journey(1), 0)
  made.take(journey(2, { lb: 1 }), 0)
  made.run(500e6)
  expect(told()).toEqual(['journey 1: no mark', 'said 5009 of 2', 'journey 2: 5009'])
})

test.each<[string, JourneyEvent, { active?: number[] }]>([
  ['a load balancer that is not traced', journey(1), { active: [1] }],
  ['a reply', journey(1, { way: 'reply' }), {}],
  ['another flow than was asked for', { ...journey(1), packet: { ...journey(1).packet, destinationPort: 9 } }, {}],
])('nothing is waited for of %s', (_, event, options) => {
  const { made, told } = stage(options)
  made.take(event, 0)
  made.run(0)
  expect(told()).toEqual(['journey 1: no mark'])
})

test('a journey of which nothing is said is told after 0.4 s; what is said of no journey after 10 s, and at the end', () => {
  const { made, told } = stage()
  made.take(journey(1), 0)
  made.run(399e6)
  expect(told()).toEqual([])
  made.run(400e6)
  expect(told()).toEqual(['journey 1: no mark'])
  made.add(0, [match(5001)], 1e9)
  made.run(10e9)
  expect(told()).toEqual([])
  made.run(11.1e9)
  expect(told()).toEqual(['said 5001 of nothing'])
  made.add(0, [match(5002)], 12e9)
  made.take(journey(2, { sourcePort: 9 }), 12e9)
  made.run(12e9, true)
  expect(told()).toEqual(['journey 2: no mark', 'said 5002 of nothing'])
})

test('a ping that met the trace flow is told at once; other events do not wait behind journeys', () => {
  const { made, told } = stage()
  made.take(journey(1), 0)
  made.take({ type: 'ledger', at: '', rows: [] }, 0)
  made.add(0, [match(5001, { protocol: 'icmp', destinationPort: 0 })], 0)
  expect(told()).toEqual(['ledger', 'said 5001 of nothing'])
})

test('an ambiguous word belongs to its packet, and gives it no mark', () => {
  const { made, told, events } = stage()
  const { verdict, ...ambiguous } = match(0)
  made.add(0, [{ ...ambiguous, paired: 'ambiguous', among: [verdict!, { fwmark: -1 }] }], 0)
  made.take(journey(1), 0)
  made.run(0)
  expect(events[0]).toMatchObject({ text: '192.0.2.10:40000 > 10.0.0.1:5001 tcp len 60: ambiguous, one of: mark 0 of tshm-s, dropped, no flow matches', journey: 1 })
  expect(told()).toEqual(['said undefined of 1', 'journey 1: no mark'])
})

test('the first word of each flow and mark may become a finding; computed ones say nothing new', () => {
  const { made } = stage()
  made.add(0, [match(5001), match(5001), match(5002), match(5003, { sourcePort: 1, paired: 'computed' })], 0)
  made.run(0, true)
  expect([made.takeMarks().map(({ event }) => event.verdict?.fwmark), made.takeMarks()]).toEqual([[5001, 5002], []])
})

test('in the file it is a packet of the load balancer\'s own interface, with the id of the packet it is said of, at the time of the packet before', () => {
  const { made, blocks } = stage()
  made.wantsBlocks = true
  made.wrote(packetBlock({ interface: 2, time: fileTime(1_800_000_000, 7e9), data: Buffer.alloc(60), length: 60, dropped: 0, id: 4 }))
  made.add(1, [match(5001)], 7.5e9)
  made.take(journey(9, { lb: 1 }), 7.5e9)
  made.run(7.5e9)
  const [block] = blocks
  const { high, low } = fileTime(1_800_000_000, 7e9)
  const kept = block!.readUInt32LE(20)
  expect([block!.readUInt32LE(8), block!.readUInt32LE(12), block!.readUInt32LE(16), kept]).toEqual([taps.length + 1, high, low, 128])
  expect(block!.subarray(40, 42).toString('hex')).toBe('88b5')
  expect(block!.toString('latin1')).toContain('nfqlb trace, which tells no times; this came at 2027-01-15T08:00:07.500000000Z: 192.0.2.10:40000 > 10.0.0.1:5001 tcp len 60: mark 5001 of tshm-s')
  expect(block!.readUInt32LE(28 + kept + 8 + 4)).toBe(9)
})
