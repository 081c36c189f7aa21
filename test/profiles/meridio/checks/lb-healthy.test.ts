import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { judgeSnapshot } from '#judge/judge.ts'
import { checks } from '#profiles/meridio/registry.gen.ts'
import { fixture } from '../../../fixture.ts'
import { birdVersions, recordingsOf } from '../../../parsers/bird-recordings.ts'
import { routeGets } from '../../../recorded-parts.ts'
import { lines, pings, recordedTrench, type World } from '../recorded-trench.ts'
import { situation } from './bird-situation.ts'
import { without } from './edits.ts'
import { add, type Change, change, ipv4Only, kube, lb2, remove } from './kube.ts'
import { oldNumbers, secondStream } from './lb-edits.ts'

const ofLb = checks.filter(check => check.subject === 'lb')
const ping = pings()

/** What all checks of load balancers say, together, with every ping answered that the world does not answer itself. */
async function said(world: World, of = ofLb): Promise<string[]> {
  const snapshot = await recordedTrench(of, { ...world, synthetic: (pod, argv) => world.synthetic?.(pod, argv) ?? ping(pod, argv) })
  return judgeSnapshot(of, snapshot).filter(({ verdict }) => verdict !== 'not-applicable').flatMap(verdict => lines(verdict).map(text => `${verdict.check}: ${text}`))
}

/** Only the ConfigMap tells what the trench is meant to be, as in a Helm deployment. */
const helm: Change = objects => {
  for (const plural of ['trenches', 'attractors', 'gateways', 'vips', 'conduits', 'streams', 'flows']) objects[plural] = []
}

const secondAttractor = kube(
  add('attractors', 'attr2', { composites: ['load-balancer-2'], gateways: ['gateway9'], vips: ['vip9'], interface: { name: 'nsm-2' } }),
  add('gateways', 'gateway9', { address: '169.254.109.254' }), add('vips', 'vip9', { address: '10.9.9.9/32' }),
  add('conduits', 'load-balancer-2', {}), add('streams', 'stream9', { conduit: 'load-balancer-2' }), add('flows', 'flow9', { stream: 'stream9', vips: ['vip9'] }),
)

const targetsElsewhere: Change = objects => {
  objects['pods'] = (objects['pods'] ?? []).map(pod => (pod.metadata.name.startsWith('meridio-app') ? { ...pod, metadata: { ...pod.metadata, namespace: 'applications' } } : pod))
}

/** BIRD and nfqlb have what belongs to one family only. */
const oneFamily = ['lb-1', 'lb-2'].flatMap(pod => [
  { pod, command: 'birdc show protocols all', from: /NBR-gateway2 [^]*?\n\n/, to: '' },
  { pod, command: 'nfqlb flow-list', from: /,\n {4}"1000::1:a00:1\/128"/, to: '' },
  without(pod, 'rules6', '1000::1:a00:1'),
])

/** The recorded lookups of the kernel, with the marks and tables of Meridio up to v0.8. */
const oldLookups = new Map(['lb-1', 'lb-2'].map(pod => [pod, routeGets(new Map([['route-get-forward.txt', fixture(`trench/healthy/${pod}/route-get-forward.txt`).replace(/\b50(48|58|67|90)\b/g, '$1')]]))]))
const oldLookup: NonNullable<World['synthetic']> = (pod, argv) => {
  const found = oldLookups.get(pod)?.find(({ commands }) => commands.some(command => command.join(' ') === argv.join(' ')))
  return found && { stdout: found.text, exitCode: 0 }
}

/** The recorded port-NAT, as its conduit asks for it. */
const nat = change('conduits', 'load-balancer', spec => { spec['destination-port-nats'] = [{ port: 5080, 'target-port': 5000, vips: ['vip1', 'vip2'], protocol: 'tcp' }] })

describe('healthy trenches', () => {
  test.each<[string, World]>([
    ['as recorded', {}],
    ['BIRD 2.0.8', { variant: 'bird-2.0.8' }],
    ['BIRD 3.1.4', { variant: 'bird-3.1.4' }],
    ['a port-NAT and its flow', { ...kube(remove('pods', lb2), nat, add('flows', 'flow2', { 'destination-ports': ['5080'], protocols: ['tcp'] })), variant: 'port-nat' }],
    ['an LB/FE scaled in', { ...kube(remove('pods', lb2)), fault: 'c02-scaled-in-lb' }],
    ['one family', { ...ipv4Only, edit: oneFamily }],
    ['deployed by Helm', kube(helm)],
    ['a second attractor and conduit', secondAttractor],
    ['targets in another namespace', kube(targetsElsewhere)],
    ['marks of Meridio up to v0.8', { edit: oldNumbers, synthetic: oldLookup }],
    ['two streams', { ...kube(remove('pods', lb2), add('streams', 'stream2', {})), ...secondStream('5101(0) 5102(1)', { 5101: ['172.16.1.6', 'fd00::ac10:106'], 5102: ['172.16.2.6', 'fd00::ac10:206'] }) }],
    ['a flow for every port and source', { ...kube(change('flows', 'flow1', spec => { delete spec['destination-ports'] })), edit: ['lb-1', 'lb-2'].map(pod => ({ pod, command: 'nfqlb flow-list', from: /,\n {2}"dports": \[\n[^\]]*\]/, to: '' })) }],
  ])('%s: nothing is said, all was seen', async (_, world) => {
    expect(await said(world)).toEqual([])
  })
})

describe('what BIRD answers in health', () => {
  const cases = birdVersions.flatMap(version => {
    const recorded = new Set(recordingsOf(version).filter(({ raw }) => raw.some(({ command }) => command === 'show protocols all')).map(({ situation: name }) => name))
    return (['healthy-bgp-bfd', 'healthy-bgp-ecmp', 'healthy-bgp-default-ports', 'healthy-static-bfd', 'healthy-static-nobfd', 'healthy-bgp-nobfd', 'bgp-vrrp-import-none', 'bfd-slow-timers'] as const).filter(name => recorded.has(name)).map(name => [version, name] as const)
  })
  /**
   * BIRD was recorded alone, without a kernel whose rules, routes and nft sets hold its three VIPs: what compares the two cannot be judged here. It is, with this
   * BIRD's answers and the kernel's of one moment, in the healthy trenches above (2.14, 2.0.8 and 3.1.4).
   */
  const apart = ['flow-', 'vip-rule', 'blackhole', 'external-', 'vip-not-queued', 'lb-vip-rule-leftover', 'return-lookup-astray']
  const ofBird = ofLb.filter(({ id }) => !apart.some(start => id.startsWith(start)))

  test.each(cases)('BIRD %s, %s', async (version, name) => {
    const spec = { ...(name.includes('static') && { protocol: 'static' as const }), ...(name.includes('nobfd') && { bfd: false as const }) }
    expect(await said(situation(version, name, spec), ofBird)).toEqual([])
  })
})

test('each check of a load balancer has its own test', () => {
  expect(ofLb.map(({ id }) => `${id}.test.ts`).filter(file => !existsSync(join(import.meta.dirname, file)))).toEqual([])
})
