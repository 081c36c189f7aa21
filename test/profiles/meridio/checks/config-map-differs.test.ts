import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/config-map-differs.ts'
import { say } from '../recorded-trench.ts'
import { add, type Change, change, ipv4Only, kube, remove } from './kube.ts'
import { operatorWrites } from './operator.ts'

/** Changes one document of the ConfigMap. */
const written = (kind: string, from: string, to: string): Change => ({ configmaps = [] }) => {
  const data = configmaps[0]?.['data'] as Record<string, string>
  if (!data[kind]?.includes(from)) throw new Error(`${kind} has no ${from}`)
  data[kind] = data[kind].replace(from, to)
}

test('the ConfigMap of a healthy trench says what its resources say', async () => {
  expect(await say(check)).toEqual([])
})

test.each([
  ['a flow that was changed', kube(change('flows', 'flow1', spec => { spec['destination-ports'] = ['4000'] })), 'flow flow1 (destination ports)'],
  ['a resource that came', kube(add('streams', 'stream2', {})), 'stream stream2 (missing)'],
  ['a resource that went, and what named it', kube(remove('gateways', 'gateway2'), change('attractors', 'attr1', spec => { spec['gateways'] = ['gateway1'] })), 'attractor attr1 (gateways), gateway gateway2 (left over)'],
  ['timers in the units of each', kube(written('gateways', 'hold-time: 3', 'hold-time: 9'), written('gateways', 'min-tx: 300', 'min-tx: 500')), 'gateway gateway1 (hold time and bfd)'],
  ['many', kube(ipv4Only.kube, add('streams', 'stream2', {})), 'attractor attr1 (gateways and vips), gateway gateway2 (left over), vip vip2 (left over), stream stream2 (missing) and 1 more'],
])('%s', async (_, world, resources) => {
  expect(await say(check, world)).toEqual([`red: the ConfigMap does not say what the resources say: ${resources}`])
})

test('what the operator would write is no difference', async () => {
  expect(await say(check, kube(ipv4Only.kube, add('streams', 'stream2', {}), operatorWrites))).toEqual([])
})

test('the order of lists means nothing', async () => {
  expect(await say(check, kube(written('attractors', 'vips: [vip1, vip2]', 'vips: [vip2, vip1]'), written('flows', '[tcp, udp]', '[udp, tcp]')))).toEqual([])
})

test('resources without a ConfigMap', async () => {
  expect(await say(check, kube(remove('configmaps', 'meridio-configuration-red')))).toEqual(['red: there is no ConfigMap meridio-configuration-red: NSP and the frontends are told nothing'])
})

test('a document that is no YAML is unknown', async () => {
  expect(await say(check, kube(written('flows', 'items:', 'items: ]')))).toEqual([expect.stringMatching(/^red: unknown: config-map-written: flows of the ConfigMap is not YAML/)])
})

test('a Helm deployment has nothing beside its ConfigMap; an API server that was not asked leaves it unknown', async () => {
  const helm = kube(...['trenches', 'attractors', 'gateways', 'vips', 'conduits', 'streams', 'flows'].map(plural => (objects => { objects[plural] = [] }) satisfies Change))
  expect(await say(check, helm)).toEqual(['red: not-applicable: the trench has no resources beside its ConfigMap'])
  expect(await say(check, { gone: ['cluster'] })).toEqual(['red: unknown: trench-config: not observed; config-map-written: not observed'])
})
