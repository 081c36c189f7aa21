import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-default-route-missing.ts'
import { say } from '../recorded-trench.ts'
import { edit, idle, without } from './edits.ts'

test('the table of a healthy target leads to the bridge', async () => {
  expect(await say(check)).toEqual([])
})

test('the IPv4 table of tg-2 is empty', async () => {
  expect(await say(check, { fault: 'f31-target-table-empty' })).toEqual(['tg-2: table 1 for replies from 10.0.0.1/32 has no IPv4 default route'])
})

test('the IPv6 table of tg-2 is empty', async () => {
  expect(await say(check, { edit: without('tg-2', 'routes6', '"table":"2"') })).toEqual(['tg-2: table 2 for replies from 1000::1:a00:1/128 has no IPv6 default route'])
})

test.each([
  ['to the primary network', edit('tg-1', 'routes4', '"gateway":"172.16.1.1","dev":"nsm-0","table":"1"', '"gateway":"10.244.1.1","dev":"eth0","table":"1"'), 'eth0'],
  ['into nothing', edit('tg-1', 'routes4', '{"dst":"default","gateway":"172.16.1.1","dev":"nsm-0"', '{"type":"blackhole","dst":"default"'), 'blackhole'],
  ['partly to the primary network', edit('tg-1', 'routes4', /\{"dst":"default","gateway":"172.16.1.1","dev":"nsm-0",[^{}]*\}/, '{"dst":"default","table":"1","flags":[],"nexthops":[{"gateway":"172.16.1.1","dev":"nsm-0","weight":1,"flags":[]},{"gateway":"10.244.1.1","dev":"eth0","weight":1,"flags":[]}]}'), 'eth0'],
])('the table leads %s', async (_, change, device) => {
  expect(await say(check, { edit: change })).toEqual([`tg-1: table 1 for replies from 10.0.0.1/32 leads to ${device}, not to an nsm interface`])
})

test('several next hops over the stream interface are well', async () => {
  expect(await say(check, { edit: edit('tg-1', 'routes4', /\{"dst":"default","gateway":"172.16.1.1","dev":"nsm-0",[^{}]*\}/, '{"dst":"default","table":"1","flags":[],"nexthops":[{"gateway":"172.16.1.1","dev":"nsm-0","weight":1,"flags":[]},{"gateway":"172.16.1.1","dev":"nsm-0","weight":1,"flags":[]}]}') })).toEqual([])
})

test('without a rule there is no table to judge', async () => {
  expect(await say(check, { fault: 'f30-target-rule-missing' })).toEqual([])
})

test('an idle application is healthy', async () => {
  expect(await say(check, { edit: idle('tg-3') })).toEqual(['tg-3: not-applicable: no stream is open: the pod has no nsm interface'])
})

test('a target that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['tg-1'] })).toEqual(['tg-1: unknown: ip-links: no probe: ErrImageNeverPull; ip-addresses: no probe: ErrImageNeverPull; ip-rules: no probe: ErrImageNeverPull; ip-routes: no probe: ErrImageNeverPull'])
})
