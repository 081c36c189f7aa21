import { expect, test } from 'vitest'
import type { AnyCheck } from '#judge/check.ts'
import type { FlowTuple } from '#judge/profile.ts'
import { flowWay } from '#profiles/meridio/flow-way.ts'
import { recordedTrench, shortNames, type World } from './recorded-trench.ts'

const reader = { subject: 'trench', reads: flowWay.reads } as unknown as AnyCheck
const tuple: FlowTuple = { protocol: 'tcp', source: '192.0.2.10', sourcePort: 40_000, destination: '10.0.0.1', destinationPort: 5001 }

/** Per load balancer: where the packet goes, or why nowhere. */
async function ways(world: World = {}, change: Partial<FlowTuple> = {}): Promise<string[]> {
  const found = flowWay.ways(await recordedTrench([reader], world), { ...tuple, ...change })
  return found.map(({ pod, target, interface: name, stops }) => short(`${pod}: ${target === undefined ? stops : `${target}/${name}`}`))
}

function short(text: string): string {
  return Object.entries(shortNames).reduce((all, [name, alias]) => all.replaceAll(`red/${name}`, alias), text)
}

test('a flow leads to the same target through each load balancer, step by step', async () => {
  const snapshot = await recordedTrench([reader])
  const [first, second] = flowWay.ways(snapshot, tuple)
  expect(first!.steps.map(({ what, text }) => `${what}: ${text}`)).toMatchInlineSnapshot(`
    [
      "flow: flow tshm-stream1-flow1 (priority 1) matches, stream tshm-stream1",
      "target: hash 3476270518 modulo 9973 is slot 1854: index 47, mark 5048",
      "rule: rule 99: fwmark 5048 lookup table 5048",
      "route: table 5048: default via 172.16.1.6 dev load-balan-27a4",
      "neighbour: 172.16.1.6 is at 02:fe:8e:16:3b:3a (REACHABLE)",
    ]
  `)
  expect([short(first!.target!), short(second!.target!)]).toMatchInlineSnapshot(`
    [
      "tg-1",
      "tg-1",
    ]
  `)
  expect(first!.steps.every(({ evidence }) => snapshot.sights.some(sight => sight.records.some(record => record.argv.join(' ') === evidence.command)))).toBe(true)
})

test.each<[string, Partial<FlowTuple>, string]>([
  ['a port no flow has', { destinationPort: 4000 }, 'no flow matches: the packet is dropped, and counted nowhere'],
  ['an address no flow has', { destination: '10.0.0.9' }, 'no flow matches: the packet is dropped, and counted nowhere'],
  ['a protocol no flow has', { protocol: 'sctp' }, 'no flow matches: the packet is dropped, and counted nowhere'],
])('%s: the packet stops in the load balancer', async (_, change, why) => {
  expect(await ways({}, change)).toEqual([`lb-1: ${why}`, `lb-2: ${why}`])
})

test('all flows of a client spread over all targets, and both families differ', async () => {
  const snapshot = await recordedTrench([reader])
  const of = (change: Partial<FlowTuple>) => Array.from({ length: 60 }, (_, index) => flowWay.ways(snapshot, { ...tuple, ...change, sourcePort: 40_000 + index })[0]!.target!)
  const [v4, v6] = [of({}), of({ source: '2001:db8:c::10', destination: '1000::1:a00:1' })]
  expect([new Set(v4).size, new Set(v6).size]).toEqual([4, 4])
  expect(v4).not.toEqual(v6)
})

test('a ping meets the first flow with its address, whatever its protocol', async () => {
  const [first] = await ways({}, { protocol: 'icmp', sourcePort: 0, destinationPort: 0, echoId: 7 })
  expect(first).toMatch(/^lb-1: tg-\d\/nsm-0$/)
})

test.each<[string, ...string[]]>([
  ['f02-target-link-down', 'lb-1: tg-2/nsm-0 is down', 'lb-2: tg-2/nsm-0 is down'],
  ['f03-fwmark-rule-missing', 'lb-1: no rule takes mark 5058: the packet leaves by eth0, past every target'],
  ['f05-fwmark-route-wrong', 'lb-1: no target of the trench has 172.16.1.99'],
  ['f06-lb-stale-neighbour', 'lb-1: frames for 172.16.1.8 go to 02:fe:de:ad:be:ef, but tg-2/nsm-0 has 02:fe:fb:e6:82:61'],
  ['f47-no-active-target-announced', 'lb-1: stream1 has no active target: the packet is dropped, and counted nowhere'],
])('%s: what stops flows is named', async (fault, ...why) => {
  const snapshot = await recordedTrench([reader], { fault })
  const stops = Array.from({ length: 60 }, (_, index) => flowWay.ways(snapshot, { ...tuple, sourcePort: 40_000 + index })).flatMap(list => list.flatMap(({ pod, stops: text }) => (text === undefined ? [] : [short(`${pod}: ${text}`)])))
  expect([...new Set(stops)].sort()).toEqual(why)
})

test('a load balancer that was not seen is said so', async () => {
  expect((await ways({ gone: ['lb-2'] }))[1]).toMatch(/^lb-2: the load balancer was not seen: /)
})
