import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/proxy-nexthop-dead.ts'
import { say } from '../recorded-trench.ts'
import { down, edit, without } from './edits.ts'
import { add, change, environment, kube, lb2, remove } from './kube.ts'

test('every next hop of a healthy proxy is a load balancer that is up', async () => {
  expect(await say(check)).toEqual([])
})

test('lb-1 set the interface down that px-b still sends to; IPv6 went with it', async () => {
  expect(await say(check, { fault: 'f41-lb-proxy-link-down' })).toEqual([
    'px-b: table 1: next hop 172.16.2.2 is lb-1, whose load-balan-274a is down',
    'px-b: table 1: next hop fd00::ac10:202 (one of 2) belongs to no load balancer',
  ])
})

test('an IPv6 next hop whose load balancer is down', async () => {
  expect(await say(check, { edit: down('lb-2', 'load-balan-0a17') })).toEqual(['px-b: table 1: next hop 172.16.2.4 is lb-2, whose load-balan-0a17 is down', 'px-b: table 1: next hop fd00::ac10:204 is lb-2, whose load-balan-0a17 is down'])
})

test.each([
  ['is gone', kube(remove('pods', lb2))],
  ['belongs to another conduit', kube(environment(lb2, 'NSM_CONDUIT_NAME', 'other'))],
])('a next hop whose load balancer %s', async (_, world) => {
  expect(await say(check, world)).toEqual(['px-a: table 1: next hop 172.16.1.4 (one of 2) belongs to no load balancer', 'px-a: table 1: next hop fd00::ac10:104 (one of 2) belongs to no load balancer',
    'px-b: table 1: next hop 172.16.2.4 (one of 2) belongs to no load balancer', 'px-b: table 1: next hop fd00::ac10:204 (one of 2) belongs to no load balancer'])
})

test('a dead next hop in the tables of two VIPs is said once', async () => {
  const two = [edit('px-a', 'rules4', /(\{[^{}]*"src":"10.0.0.1","table":"1"\})/, '$1,{"priority":32764,"src":"10.0.0.2","table":"2"}'), edit('px-a', 'routes4', /^\[/, '[{"dst":"default","gateway":"172.16.1.99","dev":"bridge0","table":"2","flags":[]},'), edit('px-a', 'routes4', '{"gateway":"172.16.1.2"', '{"gateway":"172.16.1.99"')]
  const vip = kube(add('vips', 'vip3', { address: '10.0.0.2/32' }), change('flows', 'flow1', spec => { spec['vips'] = ['vip1', 'vip2', 'vip3'] }))
  expect(await say(check, { ...vip, edit: two })).toEqual(['px-a: tables 1, 2: next hop 172.16.1.99 (one of 2) belongs to no load balancer'])
})

test('a bridge without its address does not make the next hops strangers', async () => {
  expect(await say(check, { edit: edit('px-a', 'addresses', '"local":"172.16.1.1"', '"local":"192.0.2.1"') })).toEqual([])
})

test('without a rule from a VIP no table is judged', async () => {
  expect(await say(check, { edit: [without('px-a', 'rules4', '10.0.0.1'), without('px-a', 'rules6', '1000::1:a00:1')] })).toEqual(['px-a: not-applicable: no rule from a VIP names a table'])
})

test('whether a next hop belongs to nobody needs every load balancer', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['px-a', 'px-b'].map(proxy => `${proxy}: unknown: 2 not seen: red/lb-2: ip-addresses: no probe: ErrImageNeverPull; red/lb-2: ip-links: no probe: ErrImageNeverPull`))
})

test('a proxy that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['px-a'] })).toEqual(['px-a: unknown: ip-rules: no probe: ErrImageNeverPull; ip-routes: no probe: ErrImageNeverPull'])
})
