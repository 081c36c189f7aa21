import { expect, test } from 'vitest'
import type { FlowWay } from '#judge/profile.ts'
import type { Subject, Trench } from '#judge/subject.ts'
import { createLog } from '../../controller/log.ts'
import type { JourneyEvent, NfqlbEvent } from '../../controller/trace/events.ts'
import { TraceFindings } from '../../controller/trace/findings.ts'
import type { Predict } from '../../controller/trace/predict.ts'
import { Suspects } from '../../controller/trace/suspects.ts'
import type { Tap } from '../../controller/trace/taps.ts'
import { client, vip } from './frames.ts'

const pod = (role: Subject['role'], name: string): Subject => ({ role, namespace: 'red', name, uid: name, node: 'w1', traits: {} })
const trench: Trench = { id: 'c/red/red', cluster: { uid: 'c', name: 'c' }, namespace: 'red', name: 'red', pods: [pod('lb', 'lb-1'), pod('tapa', 'tg-1'), pod('tapa', 'tg-2')], namespaces: ['red'] }
const tap = (at: number, name: string, role: string, interfaceName: string, step?: number): Tap => ({ tap: at, pod: `red/${name}`, role, node: 'w1', interface: interfaceName, place: 'p', addresses: [], label: `${name}/${interfaceName}`, ...(step !== undefined && { step }) })
const taps = [tap(0, 'lb-1', 'lb', 'ext', 0), tap(1, 'lb-1', 'lb', 'eth0'), tap(2, 'tg-1', 'tapa', 'nsm-0', 1), tap(3, 'tg-2', 'tapa', 'nsm-0', 1)]
const packet = { flow: `${client}:40000 > ${vip}:5001`, what: 'tcp SYN seq 1 len 0', protocol: 'tcp', source: client, sourcePort: 40_000, destination: vip, destinationPort: 5001, length: 74 }
const journey = (id: number, hops: readonly number[], rest: Partial<JourneyEvent>): JourneyEvent => ({ type: 'journey', id, at: '2026-11-24T11:00:00.000000000Z', way: 'request', packet, outcome: 'arrived', hops: hops.map(at => ({ tap: at, at: '2026-11-24T11:00:00.000000000Z' })), ...rest })
const row = (at: number) => ({ tap: at, matched: 5, delivered: 5, kernelDropped: 0, probeShed: 0, overwritten: 0, unwritten: 0, late: 0, twice: 0, unread: 0, unaccounted: 0, closed: false })
const way = (rest: Partial<FlowWay>): FlowWay => ({ pod: 'red/lb-1', steps: [], ...rest })

/** What comes of journeys when the facts say, look after look, these ways. */
async function findingsOf(journeys: readonly JourneyEvent[], ways: readonly FlowWay[]) {
  const suspects = new Suspects(taps, () => taps.map(({ tap: at }) => row(at)))
  for (const event of journeys) suspects.note(event)
  let looks = 0
  const findings = new TraceFindings({ trench, taps, onFinding: () => {}, log: createLog('silent'), look: async (): Promise<Predict> => {
    const said = ways[Math.min(looks++, ways.length - 1)]!
    return () => [said]
  } })
  findings.take(suspects.take())
  return (await findings.settled()).map(({ check, subject, text, packets, vouching, evidence }) => ({ check, pod: subject.name, text, packets, vouched: vouching.map(({ tap: at }) => at), evidence: evidence.map(({ id }) => id) }))
}

test('lost packets of one place are one finding: with the first of them, the ledger that vouches, and what the facts say of the flow', async () => {
  const lost = (id: number) => journey(id, [0], { outcome: 'lost', text: 'last seen at lb-1/ext, never at tg-1/nsm-0 or tg-2/nsm-0', never: [2, 3] })
  expect(await findingsOf([lost(1), lost(2), lost(3), lost(4)], [way({ stops: 'no rule takes a packet with mark 5003' })])).toEqual([{
    check: 'packet-lost', pod: 'lb-1', packets: 4, vouched: [2, 3], evidence: [1, 2, 3],
    text: `requests to ${vip}: last seen at lb-1/ext, never at tg-1/nsm-0 or tg-2/nsm-0; by the facts of lb-1: no rule takes a packet with mark 5003`,
  }])
})

test('packets lost on the way to one target are another finding than those to another', async () => {
  const lost = (id: number, never: number) => journey(id, [0], { outcome: 'lost', text: `never at ${taps[never]!.label}`, never: [never] })
  expect((await findingsOf([lost(1, 2), lost(2, 3)], [way({ target: 'red/tg-1', interface: 'nsm-0' })])).map(({ text }) => text)).toEqual([
    `requests to ${vip}: never at tg-1/nsm-0; by the facts of lb-1 it goes to tg-1/nsm-0`, `requests to ${vip}: never at tg-2/nsm-0; by the facts of lb-1 it goes to tg-1/nsm-0`,
  ])
})

test('a reply that left aside is a finding of the pod it left from; nothing is predicted of replies', async () => {
  const strayed = journey(1, [2, 1], { way: 'reply', packet: { ...packet, source: vip, destination: client }, outcome: 'aside', text: 'the reply left by lb-1/eth0, where no packet of a VIP belongs' })
  expect(await findingsOf([strayed], [way({})])).toEqual([{ check: 'packet-strayed', pod: 'lb-1', packets: 1, vouched: [], evidence: [1], text: `replies from ${vip}: the reply left by lb-1/eth0, where no packet of a VIP belongs` }])
})

test.each<[string, readonly FlowWay[], readonly string[]]>([
  ['as predicted', [way({ target: 'red/tg-1', interface: 'nsm-0' })], []],
  ['elsewhere, by facts before and after', [way({ target: 'red/tg-2', interface: 'nsm-0' })], [`${packet.flow} arrived at tg-1/nsm-0; by the facts of lb-1 it goes to tg-2/nsm-0`]],
  ['although the facts say it stops', [way({ stops: 'no flow matches' })], [`${packet.flow} arrived at tg-1/nsm-0; by the facts of lb-1: no flow matches`]],
  ['elsewhere, while the facts change', [way({ target: 'red/tg-2' }), way({ target: 'red/tg-1' })], []],
  ['where facts do not tell', [way({ stops: 'the load balancer was not seen', unclear: true })], []],
])('a flow that arrives %s', async (_, ways, texts) => {
  expect((await findingsOf([journey(1, [0, 2], {})], ways)).map(({ text }) => text)).toEqual(texts)
})

const said = (fwmark: number, rest: Partial<NfqlbEvent> = {}): NfqlbEvent => ({
  type: 'nfqlb', at: '', pod: 'red/lb-1', text: `${packet.flow} tcp len 60: mark ${fwmark}`, paired: 'alone', verdict: { stream: 'tshm-s', fwmark },
  packet: { protocol: 'tcp', length: 60, source: client, sourcePort: 40_000, destination: vip, destinationPort: 5001 }, ...rest,
})

test.each<[string, NfqlbEvent, readonly FlowWay[], readonly string[]]>([
  ['as predicted', said(5001), [way({ fwmark: 5001 })], []],
  ['another one, by facts before and after', said(5001), [way({ fwmark: 5002 })], [`nfqlb said of ${packet.flow} tcp len 60: mark 5001; by the facts of lb-1 its mark is 5002`]],
  ['although the facts say that it is dropped', said(5001), [way({ stops: 'no flow matches' })], [`nfqlb said of ${packet.flow} tcp len 60: mark 5001; by the facts of lb-1 it is dropped there`]],
  ['none, as predicted', said(-1), [way({ stops: 'no flow matches' })], []],
  ['another one, while the facts change', said(5001), [way({ fwmark: 5002 }), way({ fwmark: 5001 })], []],
  ['where facts do not tell', said(5001), [way({ stops: 'a byte match', unclear: true })], []],
  ['of the packet inside of an ICMP error', said(5001, { packet: { ...said(0).packet, icmp: 'ICMP 11, 0' } }), [way({ fwmark: 5002 })], []],
])('a load balancer gives a packet a mark %s', async (_, event, ways, texts) => {
  let looks = 0
  const findings = new TraceFindings({ trench, taps, onFinding: () => {}, log: createLog('silent'), look: async (): Promise<Predict> => {
    const told = ways[Math.min(looks++, ways.length - 1)]!
    return () => [told]
  } })
  await findings.prepared()
  findings.takeMarks([{ event, journey: journey(1, [0, 2], {}) }])
  expect((await findings.settled()).map(({ check, subject, severity, evidence, text }) => ({ check, pod: subject.name, severity, evidence: evidence.map(({ id }) => id), text }))).toEqual(texts.map(text => ({ check: 'mark-differs', pod: 'lb-1', severity: 'risk', evidence: [1], text })))
})
