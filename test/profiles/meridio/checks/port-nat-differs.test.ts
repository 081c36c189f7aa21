import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/port-nat-differs.ts'
import { say } from '../recorded-trench.ts'
import { add, change, kube, lb2, remove } from './kube.ts'

const nat = { port: 5080, 'target-port': 5000, protocol: 'tcp', vips: ['vip1', 'vip2'] }
const withNats = (...nats: object[]) => kube(remove('pods', lb2), change('conduits', 'load-balancer', spec => { spec['destination-port-nats'] = nats }))

test('a conduit without port-NAT is not judged', async () => {
  expect(await say(check)).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: the conduit has no port-NAT`))
})

test('the recorded NAT is that of the conduit', async () => {
  expect(await say(check, { variant: 'port-nat', ...withNats(nat) })).toEqual([])
})

test('nft lacks a NAT', async () => {
  expect(await say(check, { variant: 'port-nat', ...withNats(nat, { ...nat, port: 5081 }, { ...nat, protocol: 'udp' }) })).toEqual([
    'lb-1: port-NAT 5081-5000-tcp is not in nft: there is no chain of that name in table meridio-nat',
    'lb-1: port-NAT 5080-5000-udp is not in nft: there is no chain of that name in table meridio-nat',
  ])
})

test('nft has a NAT that the conduit no longer has', async () => {
  expect(await say(check, { variant: 'port-nat', ...withNats() })).toEqual(['lb-1: port-NAT 5080-5000-tcp is in nft, but no longer in the conduit: replies from its target port are still rewritten'])
})

test('the sets hold other VIPs', async () => {
  const { kube: before } = withNats({ ...nat, vips: ['vip2', 'vip3'] })
  const world = kube(before, add('vips', 'vip3', { address: '10.0.0.3/32' }))
  expect(await say(check, { variant: 'port-nat', ...world })).toEqual(['lb-1: port-NAT 5080-5000-tcp: lacks 10.0.0.3/32, still holds 10.0.0.1'])
})

test('a load balancer that nobody could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-1'], ...withNats(nat) })).toEqual(['lb-1: unknown: nft-ruleset: no probe: ErrImageNeverPull'])
})
