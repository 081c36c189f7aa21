import { describe, expect, test } from 'vitest'
import { notForMeridio2 } from '#profiles/meridio/generation.ts'
import { meridio } from '#profiles/meridio/profile.ts'
import { partOf } from '#profiles/meridio/roles.ts'
import { meridioTrenches } from '#profiles/meridio/trenches.ts'
import { type Change, kube, lb1 } from './checks/kube.ts'
import { statusOf } from './checks/kube-status.ts'
import { judged, placed, told } from './judged.ts'
import { meridio2 } from './meridio-2.ts'
import { pings, recordedInventory, type World } from './recorded-trench.ts'

const world: World = { ...kube(meridio2), synthetic: pings() }

test('a Gateway of Meridio 2 is a trench with its load balancers, told by what they are told and by the label of the Gateway API, not by names', () => {
  const [trench] = meridioTrenches(recordedInventory(meridio2))
  expect(trench).toMatchObject({ namespace: 'red', name: 'gw', pods: [{ role: 'lb', traits: { generation: '2', attractor: 'gw', conduit: 'gw', queues: '0:3' } }, { role: 'lb' }] })
  const named = { metadata: { name: 'sllbr-gw-1', uid: 'u', namespace: 'red', labels: { app: 'sllbr-gw', 'gateway.networking.k8s.io/gateway-name': 'gw' } }, spec: { containers: [{ name: 'loadbalancer' }] } }
  expect(partOf(named)).toBe(undefined)
  expect(partOf({ ...named, spec: { containers: [{ name: 'x', env: [{ name: 'MERIDIO_GATEWAY_NAME', value: 'other' }] }] } })).toBe(undefined)
})

describe('a healthy one', () => {
  test('gives nothing above note, and nothing is unknown', async () => {
    expect(told(await judged(world)).filter(line => !line.startsWith('note '))).toEqual([])
  })

  test('is judged by each check that carries over; each other says why not', async () => {
    const { verdicts } = await judged(world)
    const pods = verdicts[0]?.subject
    const trench = { pods: [{ ...pods!, traits: { generation: '2' } }] }
    const applying = meridio.checks.filter(check => notForMeridio2(check, trench) === undefined).map(({ id }) => id)
    expect(applying).toHaveLength(38)
    expect([...new Set(verdicts.filter(({ verdict }) => verdict === 'ok' || verdict === 'fail').map(({ check }) => check))].sort()).toEqual(applying.filter(id => !['static-gateway-down', 'fragments-at-nfqlb'].includes(id)).sort())
    expect(verdicts.filter(({ check, verdict, reason }) => !applying.includes(check) && (verdict !== 'not-applicable' || !reason))).toEqual([])
  })

  test('nothing is read for what does not apply', async () => {
    const { verdicts } = await judged(world)
    expect(verdicts.filter(({ check }) => check === 'nsm-not-ready').map(({ verdict, reason }) => `${verdict}: ${reason}`)).toEqual(['not-applicable: Meridio 2 has neither NSM nor Spire'])
  })
})

test.each<[string, World, readonly string[]]>([
  ['a gateway with another ASN', { ...world, fault: 'f15-asn-mismatch' }, ['lb-1 bgp-session-down']],
  ['the gateway is down', { ...world, fault: 'f14-gateway-down', synthetic: pings(['169.254.101.254', '1000::1:a9fe:65fe']) }, ['lb-1 gateway-unreachable']],
  ['nfqlb is dead', { ...world, fault: 'f11-nfqlb-dead' }, ['lb-1 nfqueue-unbound']],
  ['a rule from a VIP is missing', { ...world, fault: 'f18-vip-rule-missing' }, ['lb-1 vip-rule-missing']],
  ['the rule of a target is missing', { ...world, fault: 'f03-fwmark-rule-missing' }, ['lb-1 target-rule-missing']],
  ['forwarding is off', { ...world, fault: 'f42-lb-forwarding-off' }, ['lb-1 lb-forwarding-off']],
])('%s', async (_, broken, roots) => {
  const { findings } = await judged(broken)
  expect([...new Set(findings.filter(({ severity, explainedBy }) => severity !== 'note' && explainedBy === undefined).map(placed))]).toEqual(roots)
})

test('a closed gate and a container that is not ready are told', async () => {
  const closed: Change = statusOf(lb1, { conditions: [{ type: 'meridio-2.nordix.org/ipv4-connectivity', status: 'False', reason: 'NoGateway' }, { type: 'meridio-2.nordix.org/ipv6-connectivity', status: 'True' }] })
  const { findings } = await judged({ ...kube(meridio2, closed), synthetic: pings() })
  expect(findings.filter(({ severity }) => severity !== 'note').map(finding => `${placed(finding)} ${finding.about.family} ${finding.text}`)).toEqual([`gw connectivity-gate-closed IPv4 red/${lb1}: no IPv4 connectivity (NoGateway)`])
})
