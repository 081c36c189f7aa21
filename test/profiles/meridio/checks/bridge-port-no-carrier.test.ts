import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/bridge-port-no-carrier.ts'
import { say } from '../recorded-trench.ts'
import { down, noCarrier } from './edits.ts'
import { environment, kube } from './kube.ts'

test('every port of a healthy proxy has carrier', async () => {
  expect(await say(check)).toEqual([])
})

test('the target behind a port set its interface down', async () => {
  expect(await say(check, { fault: 'f02-target-link-down' })).toEqual(['px-a: proxy.load-52c1 has no carrier: its far end is down or gone'])
})

test('the load balancer behind a port set its interface down', async () => {
  expect(await say(check, { fault: 'f41-lb-proxy-link-down' })).toEqual(['px-b: load-balan-1b2a has no carrier: its far end is down or gone'])
})

test('each port is said', async () => {
  expect(await say(check, { edit: [noCarrier('px-a', 'load-balan-90c8'), noCarrier('px-a', 'proxy.load-1f0a')] })).toEqual(['load-balan-90c8', 'proxy.load-1f0a'].map(port => `px-a: ${port} has no carrier: its far end is down or gone`))
})

test('a port that is set down here is bridge-port-broken', async () => {
  expect(await say(check, { edit: down('px-a', 'load-balan-90c8') })).toEqual([])
})

test('a proxy that hides the service it offers is unknown', async () => {
  expect(await say(check, kube(...['NSM_SERVICE_NAME', 'NSM_NETWORK_SERVICE_NAME', 'NSM_CONDUIT'].map(variable => environment('proxy-load-balancer-5slff', variable))))).toEqual([expect.stringMatching(/^px-a: unknown: 2 not seen: the pod does not name/)])
})

test('a proxy that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['px-a'] })).toEqual(['px-a: unknown: ip-links: no probe: ErrImageNeverPull'])
})
