import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/bridge-port-broken.ts'
import { say } from '../recorded-trench.ts'
import { down, edit, fails, noCarrier } from './edits.ts'
import { environment, kube } from './kube.ts'

test('a healthy proxy forwards on every port', async () => {
  expect(await say(check)).toEqual([])
})

test('the interface of tg-2 is not in the bridge', async () => {
  expect(await say(check, { fault: 'f23-proxy-port-unbridged' })).toEqual(['px-a: proxy.load-52c1 is not a port of bridge0'])
})

test('the bridge blocks the port of tg-2', async () => {
  expect(await say(check, { fault: 'f38-bridge-port-blocked' })).toEqual(['px-a: proxy.load-52c1 is disabled in bridge0'])
})

test('the interface to lb-1 is set down', async () => {
  expect(await say(check, { edit: down('px-a', 'load-balan-90c8') })).toEqual(['px-a: load-balan-90c8 is set down'])
})

test('the interface to lb-1 is a port of another bridge', async () => {
  expect(await say(check, { edit: edit('px-a', 'ports', /("ifname":"load-balan-90c8".*?"master":)"bridge0"/, '$1"bridge9"') })).toEqual(['px-a: load-balan-90c8 is not a port of bridge0'])
})

test.each([
  ['f02-target-link-down', 'px-a'],
  ['f41-lb-proxy-link-down', 'px-b'],
])('a port that the bridge disables for want of carrier is the far end\'s matter (%s)', async fault => {
  expect(await say(check, { fault })).toEqual([])
})

test('a port without carrier that is in no bridge is broken here too', async () => {
  expect(await say(check, { edit: [noCarrier('px-a', 'proxy.load-52c1'), edit('px-a', 'links', /("ifname":"proxy.load-52c1".*?)"master":"bridge0",/, '$1')] })).toEqual(['px-a: proxy.load-52c1 is not a port of bridge0'])
})

test('what is neither to a load balancer nor to a target is not judged', async () => {
  expect(await say(check, { edit: down('px-a', 'eth0') })).toEqual([])
})

test('a proxy that hides its network services is unknown', async () => {
  const hidden = kube(...['NSM_SERVICE_NAME', 'NSM_NETWORK_SERVICE_NAME', 'NSM_CONDUIT'].map(variable => environment('proxy-load-balancer-5slff', variable)))
  expect(await say(check, hidden)).toEqual(['px-a: unknown: 2 not seen: the pod does not name the network service of its load balancers (NSM_NETWORK_SERVICE_NAME), so its interfaces to them cannot be told; the pod does not name its own network service (NSM_SERVICE_NAME), so its interfaces to targets cannot be told'])
})

test.each([
  ['no probe could enter', { gone: ['px-a'] }, 'ip-links: no probe: ErrImageNeverPull; bridge-links: no probe: ErrImageNeverPull'],
  ['does not tell its ports', fails('px-a', 'bridge -j -d link'), 'bridge-links: bridge -j -d link did not end within 5000 ms'],
])('a proxy that %s is unknown', async (_, world, reason) => {
  expect(await say(check, world)).toEqual([`px-a: unknown: ${reason}`])
})
