import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/lb-proxy-link-missing.ts'
import { say } from '../recorded-trench.ts'
import { type Change, conduitUntold, environment, kube, remove } from './kube.ts'

const link = (from: RegExp | string, to: string) => ({ edit: { pod: 'lb-1', command: 'ip -j -d -s link', from, to } })
const proxy = 'proxy-load-balancer-q6n5n'
/** Changes the recorded pod of a proxy. */
const ofProxy = (edit: (pod: { metadata: Record<string, unknown>; status: { phase: string; containerStatuses: { ready: boolean }[] } }) => void): Change => objects =>
  edit(objects['pods']?.find(({ metadata }) => metadata.name === proxy) as unknown as Parameters<typeof edit>[0])

test('a healthy load balancer has an interface to every proxy', async () => {
  expect(await say(check)).toEqual([])
})

test.each([
  ['one is set down', { fault: 'f41-lb-proxy-link-down' }],
  ['one has no carrier', link(/("ifname":"load-balan-27a4","flags":\["BROADCAST","MULTICAST","UP"),"LOWER_UP"/, '$1')],
  ['one is not there', link('"ifname":"load-balan-27a4"', '"ifname":"other-27a4"')],
])('%s', async (_, world) => {
  expect(await say(check, world)).toEqual(['lb-1: 1 of 2 interfaces to proxies are up'])
})

test('none is there', async () => {
  expect(await say(check, link(/"ifname":"load-balan-/g, '"ifname":"other-'))).toEqual(['lb-1: 0 of 2 interfaces to proxies are up'])
})

test.each([
  ['is terminating', ofProxy(pod => { pod.metadata['deletionTimestamp'] = '2026-11-24T00:00:00Z' })],
  ['does not run', ofProxy(pod => { pod.status.phase = 'Pending' })],
  ['is not ready yet', ofProxy(pod => { for (const container of pod.status.containerStatuses) container.ready = false })],
  ['is gone', remove('pods', proxy)],
  ['serves another conduit', environment(proxy, 'NSM_CONDUIT', 'other')],
])('a proxy that %s needs no interface', async (_, changed) => {
  expect(await say(check, { ...kube(changed), fault: 'f41-lb-proxy-link-down' })).toEqual([])
})

test('more interfaces than proxies do no harm', async () => {
  expect(await say(check, kube(remove('pods', proxy)))).toEqual([])
})

test('a pod that does not say which conduit it serves is unknown', async () => {
  expect(await say(check, conduitUntold)).toEqual(['lb-1: unknown: the pod does not say which conduit it serves, so its interfaces to proxies cannot be told'])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: ip-links: no probe: ErrImageNeverPull'])
})
