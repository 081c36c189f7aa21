import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checks } from '#profiles/meridio/registry.gen.ts'
import { edit } from './checks/edits.ts'
import { add, type Change, change, ipv4Only, kube, lb2, remove, twoTrenches } from './checks/kube.ts'
import { operatorWrites } from './checks/operator.ts'
import { judged, placed, told } from './judged.ts'
import { pings, type World } from './recorded-trench.ts'

const pinging = checks.filter(check => Object.values(check.reads as Record<string, { kind: string; fact: { id: string } }>).some(read => read.kind === 'planned' && read.fact.id === 'ping')).map(({ id }) => id)

const helm: Change = objects => {
  for (const plural of ['trenches', 'attractors', 'gateways', 'vips', 'conduits', 'streams', 'flows']) objects[plural] = []
}
const portNat: World = {
  ...kube(add('flows', 'flow2', { 'destination-ports': ['5080'], protocols: ['tcp'] }), change('conduits', 'load-balancer', spec => { spec['destination-port-nats'] = [{ port: 5080, 'target-port': 5000, vips: ['vip1', 'vip2'], protocol: 'tcp' }] }), remove('pods', lb2), operatorWrites),
  variant: 'port-nat',
  edit: ['px-a', 'px-b'].flatMap(proxy => ([4, 6] as const).map(family => edit(proxy, `routes${family}`, /("nexthops":\[\{[^{}]*\}),\{[^{}]*\}/, '$1'))),
}
const oneFamily = ['lb-1', 'lb-2'].flatMap(pod => [
  { pod, command: 'birdc show protocols all', from: /NBR-gateway2 [^]*?\n\n/, to: '' },
  { pod, command: 'nfqlb flow-list', from: /,\n {4}"1000::1:a00:1\/128"/, to: '' },
])

describe('a healthy trench gives nothing above note, and nothing is unknown', () => {
  test.each<[string, World]>([
    ['as recorded', {}],
    ['with BIRD 2.0.8', { variant: 'bird-2.0.8' }],
    ['with BIRD 3.1.4', { variant: 'bird-3.1.4' }],
    ['with a load balancer scaled in', { ...kube(remove('pods', lb2)), fault: 'c02-scaled-in-lb' }],
    ['of one family', { ...kube(ipv4Only.kube, operatorWrites), edit: oneFamily }],
    ['deployed by Helm', kube(helm)],
    ['beside another trench in its namespace', kube(twoTrenches)],
    ['with targets in another namespace', kube(({ pods = [] }) => { for (const { metadata } of pods) if (metadata.name.startsWith('meridio-app')) Object.assign(metadata, { namespace: 'applications' }) })],
  ])('%s', async (_, world) => {
    const seen = await judged({ ...world, synthetic: pings() })
    expect(told(seen).filter(line => !line.startsWith('note '))).toEqual([])
  })
})

test('the recorded port-NAT works, and makes the port it leads to unusable by itself', async () => {
  expect(told(await judged({ ...portNat, synthetic: pings() })).filter(line => !line.startsWith('note '))).toEqual([
    'loss red port-nat-target-exposed: flow flow1 leads to port 5000 of 10.0.0.1/32, 1000::1:a00:1/128 directly, but replies from it are rewritten by port-NAT 5080-5000-tcp',
  ])
})

test('without recorded pings only what pings is unknown', async () => {
  const { verdicts, findings } = await judged()
  expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
  expect([...new Set(verdicts.filter(({ verdict }) => verdict === 'unknown').map(({ check }) => check))].sort()).toEqual(pinging.sort())
})

test.each(['bird-2.0.8-gateway-down', 'bird-3.1.4-gateway-down'])('%s: both sessions are down, the rest follows', async variant => {
  const { findings } = await judged({ variant, synthetic: pings() })
  expect(findings.filter(({ severity }) => severity !== 'note').map(finding => `${finding.explainedBy === undefined ? '' : '> '}${placed(finding)} ${finding.about.family}`)).toEqual(['IPv4', 'IPv6'].flatMap(family =>
    [`lb-1 bgp-session-down ${family}`, `> lb-1 kernel-default-route-missing ${family}`, `> lb-1 bfd-session-down ${family}`]))
})

test('no two findings of any verdict are one by their identity', async () => {
  const { verdicts } = await judged({ fault: 'f02-target-link-down' })
  for (const { findings } of verdicts) expect(new Set(findings.map(({ key }) => key)).size).toBe(findings.length)
})

describe('a pod that no probe could enter is unknown to each of its checks', () => {
  test.each([['lb', 'lb-1'], ['proxy', 'px-a'], ['tapa', 'tg-1']] as const)('%s', async (role, pod) => {
    const { verdicts } = await judged({ gone: [pod], synthetic: pings() })
    const blind = verdicts.filter(({ check, subject }) => checks.find(({ id }) => id === check)?.subject === role && placed({ check, subject }).startsWith(`${pod} `))
    expect(blind.filter(({ verdict }) => verdict !== 'unknown').map(({ check, verdict, reason }) => `${check}: ${verdict} ${reason ?? ''}`)).toEqual([])
  })
})

test('each check of a proxy, a target or the trench has its own test', () => {
  const files = checks.filter(({ subject }) => subject !== 'lb').map(({ id }) => `${id}.test.ts`)
  expect(files.filter(file => !existsSync(join(import.meta.dirname, 'checks', file)))).toEqual([])
})

