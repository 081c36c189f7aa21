import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/return-lookup-astray.ts'
import { say } from '../recorded-trench.ts'
import { down } from './edits.ts'
import { change, conduitUntold, environment, kube, lb1 } from './kube.ts'

test('a healthy load balancer sends replies to the gateways', async () => {
  expect(await say(check)).toEqual([])
})

test.each([
  ['f18-vip-rule-missing', ['lb-1: replies from 10.0.0.1/32 would leave by eth0 to 10.244.1.1 (table main)']],
  ['f25-rp-filter-strict', ['lb-1: replies from 10.0.0.1/32 would be dropped (a blackhole route, or reverse-path filtering)']],
  ['f42-lb-forwarding-off', ['lb-1: replies from 10.0.0.1/32 would be dropped (an unreachable route, or forwarding is off)']],
])('%s', async (fault, said) => {
  expect(await say(check, { fault })).toEqual(said)
})

test('without a gateway replies are dropped in both families', async () => {
  expect((await say(check, { fault: 'f14-gateway-down' })).filter(line => line.startsWith('lb-1'))).toEqual(['10.0.0.1/32', '1000::1:a00:1/128'].map(vip => `lb-1: replies from ${vip} would be dropped (a blackhole route, or reverse-path filtering)`))
})

test('an interface to a proxy that is down is passed over', async () => {
  expect(await say(check, { edit: ['load-balan-27a4', 'load-balan-274a'].map(name => down('lb-1', name)) })).toEqual(['lb-1: not-applicable: no interface to a proxy is up'])
})

test('what does not apply, and what cannot be told', async () => {
  expect(await say(check, kube(change('attractors', 'attr1', spec => { spec['gateways'] = [] })))).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: no family of the attractor has both a gateway and a VIP`))
  expect(await say(check, kube(environment(lb1, 'NFE_EXTERNAL_INTERFACE'), environment(lb1, 'NSM_NETWORK_SERVICES'), change('attractors', 'attr1', spec => { delete spec['interface'].name })))).toEqual(['lb-1: not-applicable: the name of the external interface is not known'])
  expect(await say(check, conduitUntold)).toEqual(['lb-1: unknown: the pod does not say which conduit it serves, so its interfaces to proxies cannot be told'])
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: ip-links: no probe: ErrImageNeverPull'])
})
