import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-interface-down.ts'
import { say } from '../recorded-trench.ts'
import { down, edit, fails, idle, noCarrier } from './edits.ts'
import { kube, twoTrenches } from './kube.ts'

test('the interface of a healthy target is up', async () => {
  expect(await say(check)).toEqual([])
})

test('tg-2 has its interface down', async () => {
  expect(await say(check, { fault: 'f02-target-link-down' })).toEqual(['tg-2: nsm-0 is set down'])
})

test('each interface is said, by whatever name its Meridio gives it', async () => {
  const second = edit('tg-1', 'links', /(\{"ifindex":598,.*\})\]/, '$1,{"ifindex":700,"ifname":"nsc","flags":["BROADCAST","MULTICAST"],"mtu":1400,"operstate":"DOWN","link_type":"ether","address":"02:fe:00:00:00:09","stats64":{"rx":{"packets":0,"bytes":0,"errors":0,"dropped":0},"tx":{"packets":0,"bytes":0,"errors":0,"dropped":0}}}]')
  expect(await say(check, { edit: [second, down('tg-1', 'nsm-0')] })).toEqual(['tg-1: nsm-0 is set down', 'tg-1: nsc is set down'])
})

test.each([
  ['an interface that waits for its far end', noCarrier('tg-1', 'nsm-0')],
  ['the primary interface', down('tg-1', 'eth0')],
])('%s is not this check\'s', async (_, change) => {
  expect(await say(check, { edit: change })).toEqual([])
})

test('an idle application is healthy', async () => {
  expect(await say(check, { edit: idle('tg-3') })).toEqual(['tg-3: not-applicable: no stream is open: the pod has no nsm interface'])
})

test('an interface that carries another trench\'s VIPs is that trench\'s', async () => {
  expect(await say(check, { ...kube(twoTrenches), edit: [down('tg-1', 'nsm-0'), edit('tg-1', 'addresses', '"local":"10.0.0.1"', '"local":"10.9.9.9"'), edit('tg-1', 'addresses', '"local":"1000::1:a00:1"', '"local":"1000::9"')] }))
    .toEqual(['tg-1: not-applicable: its nsm interfaces belong to another trench'])
})

test.each([
  ['no probe could enter', { gone: ['tg-1'] }, 'ip-links: no probe: ErrImageNeverPull; ip-addresses: no probe: ErrImageNeverPull'],
  ['does not answer', fails('tg-1', 'ip -j -d -s addr'), 'ip-links: ip -j -d -s addr did not end within 5000 ms; ip-addresses: ip -j -d -s addr did not end within 5000 ms'],
])('a target that %s is unknown', async (_, world, reason) => {
  expect(await say(check, world)).toEqual([`tg-1: unknown: ${reason}`])
})
