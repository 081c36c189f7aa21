import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/proxy-default-route-missing.ts'
import { say } from '../recorded-trench.ts'
import { edit, without } from './edits.ts'
import { add, change, kube } from './kube.ts'

const emptied = (pod: string, listing: 'routes4' | 'routes6') => edit(pod, listing, /\{"dst":"default","table":"1",.*?\}\]\},/, '')

test('a healthy proxy has a way out for every family', async () => {
  expect(await say(check)).toEqual([])
})

test('the route went with the address of the bridge', async () => {
  expect(await say(check, { fault: 'f39-bridge-ip-missing' })).toEqual(['px-a: table 1 of replies: no IPv4 default route to a load balancer'])
})

test('the IPv6 table is empty', async () => {
  expect(await say(check, { edit: emptied('px-b', 'routes6') })).toEqual(['px-b: table 1 of replies: no IPv6 default route to a load balancer'])
})

test('a route that drops is none', async () => {
  expect(await say(check, { edit: edit('px-a', 'routes4', /\{"dst":"default","table":"1",.*?\}\]\}/, '{"type":"unreachable","dst":"default","table":"1","flags":[]}') })).toEqual(['px-a: table 1 of replies: no IPv4 default route to a load balancer'])
})

test('a single load balancer is a plain route', async () => {
  expect(await say(check, { edit: edit('px-a', 'routes4', /\{"dst":"default","table":"1",.*?\}\]\}/, '{"dst":"default","gateway":"172.16.1.2","dev":"bridge0","table":"1","flags":[]}') })).toEqual([])
})

test('a table per VIP (before Meridio v1.2.0) is said once per family', async () => {
  const vip = kube(add('vips', 'vip3', { address: '10.0.0.2/32' }), change('flows', 'flow1', spec => { spec['vips'] = ['vip1', 'vip2', 'vip3'] }))
  expect(await say(check, { ...vip, edit: [emptied('px-a', 'routes4'), edit('px-a', 'rules4', /(\{[^{}]*"src":"10.0.0.1","table":"1"\})/, '$1,{"priority":32764,"src":"10.0.0.2","table":"2"}')] })).toEqual(['px-a: tables 1, 2 of replies: no IPv4 default route to a load balancer'])
})

test('without a rule from a VIP no table is judged', async () => {
  expect(await say(check, { edit: [without('px-a', 'rules4', '10.0.0.1'), without('px-a', 'rules6', '1000::1:a00:1')] })).toEqual(['px-a: not-applicable: no rule from a VIP names a table'])
})

test('a proxy that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['px-a'] })).toEqual(['px-a: unknown: ip-rules: no probe: ErrImageNeverPull; ip-routes: no probe: ErrImageNeverPull'])
})
