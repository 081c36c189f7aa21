import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/internal-address-duplicate.ts'
import { say } from '../recorded-trench.ts'
import { edit } from './edits.ts'
import { conduitUntold, environment, kube, twoTrenches } from './kube.ts'
import { pxA } from './kube-names.ts'

const address = (pod: string, from: string, to: string) => edit(pod, 'addresses', `"local":"${from}"`, `"local":"${to}"`)

test('in a healthy trench every address has one owner, and VIPs are shared', async () => {
  expect(await say(check)).toEqual([])
})

test('tg-4 has the address of tg-3', async () => {
  expect(await say(check, { fault: 'f27-duplicate-target-ip' })).toEqual(['red: 172.16.2.6 is on several interfaces: tg-3 nsm-0 and tg-4 nsm-0'])
})

test('two bridges have one address, and a target one address on two interfaces', async () => {
  expect(await say(check, { fault: 'f44-proxy-duplicate-bridge-ip' })).toEqual(['red: 172.16.1.1 is on several interfaces: px-a bridge0 and px-b bridge0', 'red: 172.16.1.6 is on several interfaces: tg-1 nsm-0 and tg-1 nsm-1'])
})

test.each([
  ['a load balancer and a target, IPv6', address('tg-1', 'fd00::ac10:106', 'fd00::ac10:102'), 'fd00::ac10:102', 'lb-1 load-balan-27a4 and tg-1 nsm-0'],
  ['two ends of links of the proxy', address('px-a', '172.16.1.7', '172.16.1.9'), '172.16.1.9', 'px-a proxy.load-1f0a and px-a proxy.load-52c1'],
  ['two load balancers', address('lb-2', '172.16.1.4', '172.16.1.2'), '172.16.1.2', 'lb-1 load-balan-27a4 and lb-2 load-balan-f75b'],
])('%s', async (_, change, twice, owners) => {
  expect(await say(check, { edit: change })).toEqual([`red: ${twice} is on several interfaces: ${owners}`])
})

test.each([
  ['the primary network is not ours', address('tg-1', '10.244.1.15', '10.244.1.16')],
  ['link-local addresses are of their link', edit('tg-1', 'addresses', 'fe80::fe:8eff:fe16:3b3a', 'fe80::1')],
  ['a VIP out of date, on every target, is no address of its own', [1, 2].map(number => address(`tg-${number}`, '10.0.0.1', '10.0.0.9'))],
])('%s', async (_, change) => {
  expect(await say(check, { edit: change })).toEqual([])
})

test('the same address in another trench of the namespace is another network\'s', async () => {
  const foreign = [address('tg-2', '10.0.0.1', '10.9.9.9'), address('tg-2', '1000::1:a00:1', '1000::9'), address('tg-2', '172.16.1.8', '172.16.1.6')]
  expect(await say(check, { ...kube(twoTrenches), edit: foreign })).toEqual([])
  expect(await say(check, { edit: foreign })).toEqual(['red: 172.16.1.6 is on several interfaces: tg-1 nsm-0 and tg-2 nsm-0'])
})

test('a pod that was not seen leaves ok open, and a duplicate among the others is a finding', async () => {
  expect(await say(check, { gone: ['tg-4'] })).toEqual(['red: unknown: red/tg-4: ip-addresses: no probe: ErrImageNeverPull'])
  expect(await say(check, { gone: ['tg-4'], edit: address('lb-2', '172.16.1.4', '172.16.1.2') })).toEqual(['red: 172.16.1.2 is on several interfaces: lb-1 load-balan-27a4 and lb-2 load-balan-f75b'])
})

test('interfaces whose use cannot be told leave ok open', async () => {
  expect(await say(check, conduitUntold)).toEqual([expect.stringMatching(/^red: unknown: the pod does not /)])
  expect(await say(check, kube(...['NSM_SERVICE_NAME', 'NSM_NETWORK_SERVICE_NAME', 'NSM_CONDUIT'].map(variable => environment(pxA, variable))))).toEqual([expect.stringMatching(/^red: unknown: 2 not seen: the pod does not name/)])
})
