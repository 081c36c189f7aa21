import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-route-missing.ts'
import { say } from '../recorded-trench.ts'
import { ipv4Only } from './kube.ts'
import { oldNumbers, route, routeOf, rule, secondStream, unreadable, unreadableReason } from './lb-edits.ts'

test('a healthy load balancer has a route per active target and family', async () => {
  expect(await say(check)).toEqual([])
})

test('an interface took its routes along', async () => {
  expect(await say(check, { fault: 'f41-lb-proxy-link-down' })).toEqual([
    'lb-1: stream1: table 5067 of active target 5067 has no IPv4 default route',
    'lb-1: stream1: table 5067 of active target 5067 has no IPv6 default route',
    'lb-1: stream1: table 5090 of active target 5090 has no IPv4 default route',
    'lb-1: stream1: table 5090 of active target 5090 has no IPv6 default route',
  ])
})

test('one family has lost its route', async () => {
  expect(await say(check, { edit: route(6, routeOf(5058), '') })).toEqual(['lb-1: stream1: table 5058 of active target 5058 has no IPv6 default route'])
})

test('a route to one network is no default route', async () => {
  expect(await say(check, { edit: route(4, '"dst":"default","gateway":"172.16.1.8"', '"dst":"192.0.2.0/24","gateway":"172.16.1.8"') })).toEqual(['lb-1: stream1: table 5058 of active target 5058 has no IPv4 default route'])
})

test('the table is the one the rule names', async () => {
  expect(await say(check, { edit: rule(4, '"fwmark":"0x13c2","table":"5058"', '"fwmark":"0x13c2","table":"77"') })).toEqual(['lb-1: stream1: table 77 of active target 5058 has no IPv4 default route'])
})

test('before v0.9 the mark is the identifier', async () => {
  expect(await say(check, { edit: oldNumbers })).toEqual([])
  expect(await say(check, { edit: [...oldNumbers, route(4, routeOf(58), '')] })).toEqual(['lb-1: stream1: table 58 of active target 58 has no IPv4 default route'])
})

test('a trench of one family', async () => {
  expect(await say(check, { ...ipv4Only, edit: route(6, routeOf(5058), '') })).toEqual([])
})

test('each stream has its own tables', async () => {
  const world = secondStream('5101(0)', { 5101: ['172.16.1.8', 'fd00::ac10:108'] })
  expect(await say(check, { ...world, edit: [...[world.edit ?? []].flat(), route(4, routeOf(5101), '')] })).toEqual(['lb-1: stream2: table 5101 of active target 5101 has no IPv4 default route'])
})

test('without an active target there is nothing to judge', async () => {
  expect(await say(check, { fault: 'f47-no-active-target-announced' })).toEqual(['lb-1: not-applicable: no stream has an active target'])
})

test('a stream that cannot be shown leaves it unknown', async () => {
  expect(await say(check, { edit: unreadable })).toEqual([`lb-1: unknown: ${unreadableReason}`])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: nfqlb-streams: no probe: ErrImageNeverPull; ip-rules: no probe: ErrImageNeverPull; ip-routes: no probe: ErrImageNeverPull'])
})
