import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/conduit-interface-no-carrier.ts'
import { say } from '../recorded-trench.ts'
import { conduitUntold } from './kube.ts'

const link = (from: RegExp | string, to: string) => ({ edit: { pod: 'lb-1', command: 'ip -j -d -s link', from, to } })

test('in a healthy trench every interface to a proxy has carrier', async () => {
  expect(await say(check)).toEqual([])
})

test('the far end is down', async () => {
  expect(await say(check, link(/("ifname":"load-balan-27a4","flags":\["BROADCAST","MULTICAST","UP"),"LOWER_UP"/, '$1,"NO-CARRIER"'))).toEqual(['lb-1: load-balan-27a4 to a proxy has no carrier: its far end is down or gone'])
})

test('an interface that is set down has its own check', async () => {
  expect(await say(check, { fault: 'f41-lb-proxy-link-down' })).toEqual([])
})

test('a tap, whose state is unknown, has carrier when its flag says so', async () => {
  expect(await say(check, link(/("ifname":"load-balan-27a4".*?"operstate":)"UP"/, '$1"UNKNOWN"'))).toEqual([])
})

test('the external interface does not count', async () => {
  expect(await say(check, link(/("ifname":"nsm-1","flags":\["BROADCAST","MULTICAST","UP"),"LOWER_UP"/, '$1'))).toEqual([])
})

test('a pod that does not say which conduit it serves is unknown', async () => {
  expect(await say(check, conduitUntold)).toEqual(['lb-1: unknown: the pod does not say which conduit it serves, so its interfaces to proxies cannot be told'])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: ip-links: no probe: ErrImageNeverPull'])
})
