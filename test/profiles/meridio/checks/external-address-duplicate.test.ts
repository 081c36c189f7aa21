import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/external-address-duplicate.ts'
import { say } from '../recorded-trench.ts'
import { edit } from './edits.ts'
import { add, change, environment, kube, lb1, lb2 } from './kube.ts'

const address = (pod: string, from: string, to: string) => edit(pod, 'addresses', `"local":"${from}"`, `"local":"${to}"`)

test('healthy load balancers have addresses of their own', async () => {
  expect(await say(check)).toEqual([])
})

test('lb-2 has the IPv4 address of lb-1', async () => {
  expect(await say(check, { edit: address('lb-2', '169.254.101.2', '169.254.101.1') })).toEqual(['red: 169.254.101.1 is on several external interfaces: lb-1 nsm-1 and lb-2 nsm-1'])
})

test('both families, and IPv6 in another spelling', async () => {
  expect(await say(check, { edit: [address('lb-2', '169.254.101.2', '169.254.101.1'), address('lb-2', '1000::1:a9fe:6502', '1000:0:0:0:0:1:a9fe:6501')] })).toEqual([
    'red: 169.254.101.1 is on several external interfaces: lb-1 nsm-1 and lb-2 nsm-1',
    'red: 1000::1:a9fe:6501 is on several external interfaces: lb-1 nsm-1 and lb-2 nsm-1',
  ])
})

test('a load balancer has the address of the gateway', async () => {
  expect(await say(check, { edit: address('lb-1', '169.254.101.1', '169.254.101.254') })).toEqual(['red: 169.254.101.254 of gateway gateway1 is on the external interface of lb-1'])
})

test('both have the address of the IPv6 gateway', async () => {
  expect(await say(check, { edit: [address('lb-1', '1000::1:a9fe:6501', '1000::1:a9fe:65fe'), address('lb-2', '1000::1:a9fe:6502', '1000::1:a9fe:65fe')] })).toEqual([
    'red: 1000::1:a9fe:65fe is on several external interfaces: lb-1 nsm-1 and lb-2 nsm-1',
    'red: 1000::1:a9fe:65fe of gateway gateway2 is on the external interface of lb-1 and lb-2',
  ])
})

test('attractors have networks of their own', async () => {
  const second = kube(add('attractors', 'attr2', { gateways: ['gateway3'], composites: ['other'] }), add('gateways', 'gateway3', { address: '169.254.101.1' }), environment(lb2, 'NFE_ATTRACTOR_NAME', 'attr2'))
  expect(await say(check, { ...second, edit: address('lb-2', '169.254.101.2', '169.254.101.9') })).toEqual([])
  expect(await say(check, { ...second, edit: address('lb-2', '169.254.101.2', '169.254.101.1') })).toEqual(['red: 169.254.101.1 of gateway gateway3 is on the external interface of lb-2'])
})

test('the same address twice on one interface has one owner', async () => {
  expect(await say(check, { edit: edit('lb-1', 'addresses', /(\{[^{}]*"local":"169.254.101.1",)("prefixlen":24)([^{}]*\})/, '$1$2$3,$1"prefixlen":32$3') })).toEqual([])
})

test('addresses of other interfaces are other networks\'', async () => {
  expect(await say(check, { edit: edit('lb-2', 'addresses', /("ifname":"eth0".*?"local":")[^"]*/, '$1169.254.101.1') })).toEqual([])
})

test('a load balancer that was not seen leaves ok open', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['red: unknown: red/lb-2: ip-addresses: no probe: ErrImageNeverPull'])
})

test('a load balancer whose external interface nobody names is not judged', async () => {
  expect(await say(check, kube(environment(lb1, 'NFE_EXTERNAL_INTERFACE'), environment(lb1, 'NSM_NETWORK_SERVICES'), change('attractors', 'attr1', spec => { delete spec['interface'] }))))
    .toEqual(['red: unknown: lb-1: neither the pod nor its attractor names an external interface'])
})
