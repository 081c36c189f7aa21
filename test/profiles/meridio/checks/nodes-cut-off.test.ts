import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/nodes-cut-off.ts'
import { judged, placed } from '../judged.ts'
import { pings, say, type World } from '../recorded-trench.ts'
import { commands } from './edits.ts'
import { kube, lb2, remove, twoTrenches } from './kube.ts'

const node1 = ['172.16.1.6', '172.16.1.8', 'fd00::ac10:106', 'fd00::ac10:108']
const node2 = ['172.16.2.6', '172.16.2.8', 'fd00::ac10:206', 'fd00::ac10:208']
/** Synthetic: which addresses a pod gets no answer from. */
const silence = (silent: Readonly<Record<string, readonly string[]>>): Pick<World, 'synthetic'> => ({ synthetic: (pod, argv) => pings(silent[pod] ?? [])(pod, argv) })
const tunnel = silence({ 'lb-1': node2, 'lb-2': node1, 'px-a': ['172.16.1.4', 'fd00::ac10:104'], 'px-b': ['172.16.2.2', 'fd00::ac10:202'] })
const cut = 'red: between worker1 and worker2 nothing of the conduit passes in either direction (8 pings of load balancers to targets), while within each of them targets answer'

test('in a healthy trench every load balancer reaches every target', async () => {
  expect(await say(check, silence({}))).toEqual([])
})

test.each<[string, World, readonly string[]]>([
  ['nothing passes between the nodes', tunnel, [cut]],
  ['one direction only: that load balancer\'s link', silence({ 'lb-1': node2 }), []],
  ['one target answers across', silence({ 'lb-1': node2, 'lb-2': node1.slice(1) }), []],
  ['nothing answers on one node either: its proxy', silence({ 'lb-1': [...node1, ...node2], 'lb-2': node1 }), []],
  ['one load balancer', { ...kube(remove('pods', lb2)), ...tunnel }, ['red: not-applicable: no two nodes have both a load balancer and a target']],
])('%s', async (_, world, said) => {
  expect(await say(check, world)).toEqual(said)
})

test('the addresses of another trench of the namespace, on the same pods, are not ours', async () => {
  // nsm-1 of tg-3 and tg-4 leads to violet, which has the addresses of node 1 there, and a VIP of its own
  const violet = [3, 4].map(number => ({ pod: `tg-${number}`, command: commands.addresses, from: /\]\s*$/, to: `,${JSON.stringify({ ifindex: 90 + number, ifname: 'nsm-1', flags: ['UP'], mtu: 1400, addr_info: [{ family: 'inet', local: `172.16.1.${number * 2}`, prefixlen: 24, scope: 'global' }, { family: 'inet', local: '10.9.9.9', prefixlen: 32, scope: 'global' }] })}]` }))
  expect(await say(check, { ...kube(twoTrenches), ...tunnel, edit: violet })).toEqual([cut])
})

test('what goes across follows from it, what is silent on its own node does not', async () => {
  const { findings } = await judged(silence({ 'lb-1': [...node2, '172.16.1.8', 'fd00::ac10:108'], 'lb-2': node1, 'px-a': ['172.16.1.4', 'fd00::ac10:104'], 'px-b': ['172.16.2.2', 'fd00::ac10:202'] }))
  const told = (folded: boolean) => [...new Set(findings.filter(finding => finding.severity !== 'note' && (finding.explainedBy !== undefined) === folded).map(finding => `${placed(finding)}${finding.about.target === undefined ? '' : ` ${finding.about.target}`}`))].sort()
  expect(told(false)).toEqual(['lb-1 target-unreachable 172.16.1.8', 'lb-1 target-unreachable fd00::ac10:108', 'red nodes-cut-off'])
  expect(told(true)).toEqual([
    ...node2.map(address => `lb-1 target-unreachable ${address}`), ...node1.map(address => `lb-2 target-unreachable ${address}`), 'px-a proxy-nexthop-unreachable', 'px-b proxy-nexthop-unreachable',
  ].sort())
})

test('what could not be seen leaves it unknown', async () => {
  expect(await say(check, { ...silence({}), gone: ['lb-2'] })).toEqual([expect.stringMatching(/^red: unknown: 3 not seen: red\/lb-2: nfqlb-streams: no probe/)])
  expect(await say(check)).toEqual([expect.stringMatching(/^red: unknown: 16 not seen: red\/lb-1: ping 172.16.1.6: /)])
})
