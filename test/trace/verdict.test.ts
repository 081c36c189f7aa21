import { expect, test } from 'vitest'
import type { Journey, Way } from '../../controller/trace/journeys.ts'
import type { Tap } from '../../controller/trace/taps.ts'
import { hopsOf, type Knowledge, verdictOf } from '../../controller/trace/verdict.ts'
import { readPacket } from '../../controller/trace/packet.ts'
import { tcp } from './frames.ts'

/** A synthetic trench: a load balancer, a proxy, two targets; MAC addresses are `pod/interface`. */
const places = [['external', 'in', true], ['conduit', 'out', true], ['proxy-lb', 'in', false], ['proxy-target', 'out', false], ['target', 'in', true]] as const
const points: readonly (readonly [label: string, place: string, leadsTo?: string])[] = [
  ['lb/nsm-1', 'external'], ['lb/conduit', 'conduit'], ['px/to-lb', 'proxy-lb', 'red/lb'], ['px/to-tg1', 'proxy-target', 'red/tg1'], ['px/to-tg2', 'proxy-target', 'red/tg2'],
  ['tg1/nsm-0', 'target'], ['tg2/nsm-0', 'target'], ['lb/eth0', 'aside'], ['tg1/eth0', 'aside'],
]
const taps: readonly Tap[] = points.map(([label, place, leadsTo], tap) => {
  const step = places.findIndex(([name]) => name === place)
  const [pod = '', name = ''] = label.split('/')
  return { tap, pod: `red/${pod}`, role: pod, node: 'worker1', interface: name, place, mac: label, addresses: [], label, ...(step >= 0 && { step, request: places[step]![1], routed: places[step]![2] }), ...(leadsTo !== undefined && { leadsTo }) }
})
const knowledge: Knowledge = {
  taps, steps: 5, unseen: [], since: 0, gapOf: () => undefined,
  ownerOf: mac => (taps.some(tap => tap.label === mac) || mac === 'px/bridge0' ? { pod: `red/${mac.split('/')[0]}`, interface: mac.split('/')[1]! } : undefined),
}

/** Where it was seen, in order, and from which to which MAC address. */
type Seen = readonly [label: string, from?: string, to?: string]
const journey = (way: Way, ...seen: readonly Seen[]): Journey => ({
  id: 1, way, packet: readPacket(tcp())!, length: 60, again: false, last: seen.length,
  sightings: seen.map(([label, from = '', to = ''], index) => ({ tap: taps.findIndex(tap => tap.label === label), at: 1 + index, from, to, copies: 1 })),
})

const external: Seen = ['lb/nsm-1', 'gateway', 'lb/nsm-1']
const conduit: Seen = ['lb/conduit', 'lb/conduit', 'tg1/nsm-0']
const port: Seen = ['px/to-lb', 'lb/conduit', 'tg1/nsm-0']
const answered: Seen = ['tg1/nsm-0', 'tg1/nsm-0', 'px/bridge0']

test.each<[string, Journey, string]>([
  ['no flow matched in the load balancer', journey('request', external), 'lost: last seen at lb/nsm-1, never at lb/conduit'],
  ['lost between load balancer and proxy', journey('request', external, conduit), 'lost: last seen at lb/conduit in a frame for tg1/nsm-0, never at px/to-lb'],
  ['lost in the proxy: the port that leads to the target is named', journey('request', external, conduit, port), 'lost: last seen at px/to-lb in a frame for tg1/nsm-0, never at px/to-tg1'],
  ['lost on the last link', journey('request', external, conduit, port, ['px/to-tg1', 'lb/conduit', 'tg1/nsm-0']), 'lost: last seen at px/to-tg1, never at tg1/nsm-0'],
  ['flooded because its port is gone: the floods are no progress', journey('request', external, conduit, port, ['px/to-tg2', 'lb/conduit', 'tg1/nsm-0'], ['tg2/nsm-0', 'lb/conduit', 'tg1/nsm-0']), 'lost: last seen at px/to-lb in a frame for tg1/nsm-0, never at px/to-tg1'],
  ['sent to a MAC address nobody has', journey('request', external, ['lb/conduit', 'lb/conduit', '02:fe:de:ad:be:ef']), 'lost: last seen at lb/conduit in a frame for 02:fe:de:ad:be:ef, which no interface of the trench has'],
  ['the reply leaves by the primary interface of the target', journey('reply', ['tg1/eth0', 'tg1/eth0', 'router']), 'aside: the reply left by tg1/eth0, where no packet of a VIP belongs'],
  ['the reply leaves by the primary interface of the load balancer', journey('reply', answered, ['lb/eth0', 'lb/eth0', 'router']), 'aside: the reply left by lb/eth0, where no packet of a VIP belongs'],
  ['the reply is lost in the proxy', journey('reply', answered, ['px/to-tg1', 'tg1/nsm-0', 'px/bridge0']), 'lost: last seen at px/to-tg1, never at px/to-lb'],
  ['the reply is lost in the load balancer', journey('reply', answered, ['px/to-tg1', 'tg1/nsm-0', 'px/bridge0'], ['px/to-lb', 'px/bridge0', 'lb/conduit'], ['lb/conduit', 'px/bridge0', 'lb/conduit']), 'lost: last seen at lb/conduit, never at lb/nsm-1'],
  ['neither to nor from a VIP', journey('other', external), 'other: '],
])('%s', (_, packet, said) => {
  expect(inWords(verdictOf(packet, 'quiet', knowledge))).toBe(said)
})

test.each<[string, Partial<Knowledge>, string]>([
  ['a tap behind lost packets', { gapOf: tap => (tap === 3 ? 'lost 2 packets' : undefined) }, 'unclear: last seen at px/to-lb, not seen further; px/to-tg1 lost 2 packets'],
  ['a tap elsewhere lost packets: that does not matter', { gapOf: tap => (tap === 4 ? 'lost 2 packets' : undefined) }, 'lost: last seen at px/to-lb in a frame for tg1/nsm-0, never at px/to-tg1'],
  ['an interface of the same pod was not looked at', { unseen: [{ pod: 'red/px', interface: 'x', reason: 'too many' }] }, 'unclear: last seen at px/to-lb, not seen further; red/px/x was not looked at: too many'],
  ['another pod was not looked at: within this one that does not matter', { unseen: [{ pod: 'red/tg9', reason: 'gone' }] }, 'lost: last seen at px/to-lb in a frame for tg1/nsm-0, never at px/to-tg1'],
  ['it was under way before all taps listened', { since: 2 }, 'inside: under way before all taps listened'],
])('what is not seen further, when %s', (_, change, said) => {
  expect(inWords(verdictOf(journey('request', external, conduit, port), 'quiet', { ...knowledge, ...change }))).toBe(said)
})

test('a pod that was not looked at leaves open what happens between pods', () => {
  const unseen = [{ pod: 'red/px2', reason: 'phase Pending' }]
  expect(inWords(verdictOf(journey('request', external, conduit), 'quiet', { ...knowledge, unseen }))).toBe('unclear: last seen at lb/conduit, not seen further; red/px2 was not looked at: phase Pending')
})

test('what the trace could not wait for, or follow, is not called lost', () => {
  expect(inWords(verdictOf(journey('request', external), 'ended', knowledge))).toBe('open: the trace ended before it could arrive')
  expect(inWords(verdictOf(journey('request', external), 'given-up', knowledge))).toBe('unclear: more packets than can be followed at once')
  expect(inWords(verdictOf(journey('request', external), 'arrived', knowledge))).toBe('arrived: ')
})

test('hops stand in the order of the way, whatever their clocks say; floods apart', () => {
  const labels = (list: readonly { tap: number }[]) => list.map(({ tap }) => taps[tap]!.label)
  const request = hopsOf(journey('request', port, conduit, external, ['tg2/nsm-0', 'lb/conduit', 'tg1/nsm-0']), knowledge)
  expect([labels(request.onPath), labels(request.flooded)]).toEqual([['lb/nsm-1', 'lb/conduit', 'px/to-lb'], ['tg2/nsm-0']])
  expect(labels(hopsOf(journey('reply', ['px/to-tg1', 'tg1/nsm-0', 'px/bridge0'], answered), knowledge).onPath)).toEqual(['tg1/nsm-0', 'px/to-tg1'])
})

function inWords({ outcome, text = '' }: { outcome: string; text?: string }): string {
  return `${outcome}: ${text}`
}
