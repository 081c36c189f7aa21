import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/family-without-gateway.ts'
import { say } from '../recorded-trench.ts'
import { change, ipv4Only, kube, remove } from './kube.ts'

test('a healthy trench has a gateway for each family of its VIPs', async () => {
  expect(await say(check)).toEqual([])
  expect(await say(check, ipv4Only)).toEqual([])
})

test('IPv6 VIPs without an IPv6 gateway', async () => {
  expect(await say(check, kube(change('attractors', 'attr1', spec => { spec['gateways'] = ['gateway1'] })))).toEqual(['red: attractor attr1 has IPv6 VIPs (1000::1:a00:1/128), but no IPv6 gateway'])
})

test('a VIP of a family that the trench does not have', async () => {
  const { kube: before } = ipv4Only
  expect(await say(check, kube(before, change('vips', 'vip1', spec => { spec['address'] = '2000::1/128' })))).toEqual(['red: VIP vip1 (2000::1/128) is IPv6, but the trench is IPv4 only'])
})

test('an attractor without any gateway is another matter', async () => {
  expect(await say(check, kube(change('attractors', 'attr1', spec => { spec['gateways'] = [] })))).toEqual([])
})

test('without resources the families of the gateways are all that is known', async () => {
  expect(await say(check, kube(remove('trenches'), remove('attractors'), remove('gateways'), remove('vips'), remove('conduits'), remove('streams'), remove('flows')))).toEqual([])
})

test('a trench without attractor is not judged', async () => {
  expect(await say(check, kube(remove('attractors')))).toEqual(['red: not-applicable: the trench has no attractor'])
})
