import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/proxy-nexthop-missing.ts'
import { say } from '../recorded-trench.ts'
import { down, edit, without } from './edits.ts'
import { add, change, environment, kube, lb2 } from './kube.ts'

/** Takes the second of the recorded next hops out, IPv4 or IPv6. */
const oneHop = (pod: string, listing: 'routes4' | 'routes6') => edit(pod, listing, /("nexthops":\[\{[^{}]*\}),\{[^{}]*\}/, '$1')

test('a healthy proxy spreads replies over both load balancers', async () => {
  expect(await say(check)).toEqual([])
})

test('px-a lacks lb-2', async () => {
  expect(await say(check, { fault: 'f21-proxy-nexthop-missing' })).toEqual(['px-a: table 1: no IPv4 next hop 172.16.1.4 for lb-2'])
})

test('px-b lacks lb-2 in IPv6', async () => {
  expect(await say(check, { edit: oneHop('px-b', 'routes6') })).toEqual(['px-b: table 1: no IPv6 next hop fd00::ac10:204 for lb-2'])
})

test('one route per next hop is as good as one route with several', async () => {
  const parted = /\{"dst":"default","table":"1","metric":1024,"flags":\[\],"pref":"medium","nexthops":\[\{([^{}]*)\},\{([^{}]*)\}\]\}/
  expect(await say(check, { edit: edit('px-a', 'routes6', parted, '{"dst":"default","table":"1",$1},{"dst":"default","table":"1",$2}') })).toEqual([])
})

test('a table per VIP (before Meridio v1.2.0) is said once per load balancer', async () => {
  const two = [edit('px-a', 'rules4', /(\{[^{}]*"src":"10.0.0.1","table":"1"\})/, '$1,{"priority":32764,"src":"10.0.0.2","table":"2"}'), edit('px-a', 'routes4', /^\[/, '[{"dst":"default","gateway":"172.16.1.2","dev":"bridge0","table":"2","flags":[]},')]
  const vip = kube(add('vips', 'vip3', { address: '10.0.0.2/32' }), change('flows', 'flow1', spec => { spec['vips'] = ['vip1', 'vip2', 'vip3'] }))
  expect(await say(check, { ...vip, edit: [...two, oneHop('px-a', 'routes4')] })).toEqual(['px-a: tables 1, 2: no IPv4 next hop 172.16.1.4 for lb-2'])
})

test.each([
  ['took its interface down', { edit: [oneHop('px-a', 'routes4'), down('lb-2', 'load-balan-f75b')] }],
  ['belongs to another conduit', { edit: [oneHop('px-a', 'routes4'), oneHop('px-a', 'routes6'), oneHop('px-b', 'routes4'), oneHop('px-b', 'routes6')], ...kube(environment(lb2, 'NSM_CONDUIT_NAME', 'other')) }],
])('a load balancer that %s is left out on purpose', async (_, world) => {
  expect(await say(check, world)).toEqual([])
})

test('no next hop at all is proxy-default-route-missing', async () => {
  expect(await say(check, { edit: [edit('px-a', 'routes4', /\{"dst":"default","table":"1",.*?\}\]\},/, ''), edit('px-a', 'routes6', /\{"dst":"default","table":"1",.*?\}\]\},/, '')] })).toEqual(['px-a: not-applicable: no table that a rule from a VIP names has a next hop'])
})

test('without a rule from a VIP no table is judged', async () => {
  expect(await say(check, { edit: [without('px-a', 'rules4', '10.0.0.1'), without('px-a', 'rules6', '1000::1:a00:1')] })).toEqual(['px-a: not-applicable: no table that a rule from a VIP names has a next hop'])
})

test('a load balancer that was not seen leaves ok open, and a missing next hop to the other is a finding', async () => {
  const unseen = '2 not seen: red/lb-2: ip-addresses: no probe: ErrImageNeverPull; red/lb-2: ip-links: no probe: ErrImageNeverPull'
  expect(await say(check, { gone: ['lb-2'] })).toEqual([`px-a: unknown: ${unseen}`, `px-b: unknown: ${unseen}`])
  expect(await say(check, { gone: ['lb-2'], edit: edit('px-a', 'routes4', /("nexthops":\[)\{[^{}]*\},/, '$1') })).toEqual(['px-a: table 1: no IPv4 next hop 172.16.1.2 for lb-1', `px-b: unknown: ${unseen}`])
})

test('a proxy that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['px-a'] })).toEqual(['px-a: unknown: ip-rules: no probe: ErrImageNeverPull; ip-routes: no probe: ErrImageNeverPull; ip-addresses: no probe: ErrImageNeverPull'])
})
