import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/vip-not-in-attractor.ts'
import { say } from '../recorded-trench.ts'
import { add, change, kube, remove } from './kube.ts'

test('healthy flows use VIPs of their attractor', async () => {
  expect(await say(check)).toEqual([])
})

test('the attractor does not list the VIP of a flow', async () => {
  expect(await say(check, kube(change('attractors', 'attr1', spec => { spec['vips'] = ['vip1'] })))).toEqual(['red: flow flow1 uses VIP vip2 (1000::1:a00:1/128), but no attractor of conduit load-balancer lists it (attr1)'])
})

test('the VIP is another attractor\'s, of another conduit', async () => {
  const other = kube(add('attractors', 'attr2', { composites: ['conduit2'], vips: ['vip2'] }), change('attractors', 'attr1', spec => { spec['vips'] = ['vip1'] }))
  expect(await say(check, other)).toEqual(['red: flow flow1 uses VIP vip2 (1000::1:a00:1/128), but no attractor of conduit load-balancer lists it (attr1)'])
})

test('the conduit has no attractor', async () => {
  expect(await say(check, kube(remove('attractors')))).toEqual([
    'red: flow flow1 uses VIP vip1 (10.0.0.1/32), but no attractor of conduit load-balancer lists it: the conduit has none',
    'red: flow flow1 uses VIP vip2 (1000::1:a00:1/128), but no attractor of conduit load-balancer lists it: the conduit has none',
  ])
})

test('a flow whose stream does not exist is another matter', async () => {
  expect(await say(check, kube(change('flows', 'flow1', spec => { spec['stream'] = 'stream9' })))).toEqual([])
  expect(await say(check, kube(remove('flows')))).toEqual(['red: not-applicable: no flow of the trench has a VIP'])
})
