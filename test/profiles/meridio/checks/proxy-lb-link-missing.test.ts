import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/proxy-lb-link-missing.ts'
import { say } from '../recorded-trench.ts'
import { down, edit, noCarrier } from './edits.ts'
import { environment, kube, lb1, lb2, remove } from './kube.ts'
import { pxA } from './kube-names.ts'

test('a healthy proxy has an interface per load balancer', async () => {
  expect(await say(check)).toEqual([])
})

test.each([
  ['lb-1 set its end down', { fault: 'f41-lb-proxy-link-down' }, ['px-b: 1 of 2 interfaces to load balancers are up']],
  ['one is set down', { edit: down('px-a', 'load-balan-90c8') }, ['px-a: 1 of 2 interfaces to load balancers are up']],
  ['none has carrier', { edit: [noCarrier('px-a', 'load-balan-90c8'), noCarrier('px-a', 'load-balan-d7c4')] }, ['px-a: 0 of 2 interfaces to load balancers are up']],
  ['one is not there', { edit: edit('px-a', 'links', '"ifname":"load-balan-d7c4"', '"ifname":"other-d7c4"') }, ['px-a: 1 of 2 interfaces to load balancers are up']],
])('%s', async (_, world, said) => {
  expect(await say(check, world)).toEqual(said)
})

test('a load balancer that was scaled away is not missed', async () => {
  expect(await say(check, { fault: 'c02-scaled-in-lb', ...kube(remove('pods', lb2)) })).toEqual([])
})

test('a load balancer that is on its way out is not missed', async () => {
  expect(await say(check, { fault: 'c02-scaled-in-lb', kube: ({ pods }) => Object.assign(pods?.find(({ metadata }) => metadata.name === lb2)?.metadata ?? {}, { deletionTimestamp: '2026-11-24T06:00:00Z' }) })).toEqual([])
})

test('a load balancer of another conduit is not missed', async () => {
  expect(await say(check, { fault: 'c02-scaled-in-lb', ...kube(environment(lb2, 'NSM_CONDUIT_NAME', 'other')) })).toEqual([])
})

test('without a load balancer there is nothing to connect to', async () => {
  expect(await say(check, kube(remove('pods', lb1, lb2)))).toEqual(['px-a', 'px-b'].map(proxy => `${proxy}: not-applicable: no load balancer of the conduit runs`))
})

test('a proxy that hides its network services is unknown', async () => {
  expect(await say(check, kube(environment(pxA, 'NSM_NETWORK_SERVICE_NAME'), environment(pxA, 'NSM_TRENCH', ''), environment(pxA, 'NSM_SERVICE_NAME'))))
    .toEqual([expect.stringMatching(/^px-a: unknown: 2 not seen: the pod does not name the network service of its load balancers/)])
})

test('a proxy that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['px-a'] })).toEqual(['px-a: unknown: ip-links: no probe: ErrImageNeverPull'])
})
