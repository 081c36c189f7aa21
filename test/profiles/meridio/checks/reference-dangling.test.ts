import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/reference-dangling.ts'
import { say } from '../recorded-trench.ts'
import { change, kube, remove } from './kube.ts'

test('in a healthy trench every reference resolves', async () => {
  expect(await say(check)).toEqual([])
})

test.each([
  ['a flow names a stream that is gone', kube(change('flows', 'flow1', spec => { spec['stream'] = 'stream9' })), 'flow flow1 names stream stream9, which does not exist'],
  ['a flow names a VIP that is gone', kube(change('flows', 'flow1', spec => { spec['vips'] = ['vip1', 'vip9'] })), 'flow flow1 names VIP vip9, which does not exist'],
  ['a stream names a conduit that is gone', kube(change('streams', 'stream1', spec => { spec['conduit'] = 'conduit9' })), 'stream stream1 names conduit conduit9, which does not exist'],
  ['an attractor names a gateway that is gone', kube(remove('gateways', 'gateway2')), 'attractor attr1 names gateway gateway2, which does not exist'],
  ['a port-NAT names a VIP that is gone', kube(change('conduits', 'load-balancer', spec => { spec['destination-port-nats'] = [{ port: 5080, 'target-port': 5000, protocol: 'tcp', vips: ['vip9'] }] })), 'port-NAT 5080-5000-tcp of conduit load-balancer names VIP vip9, which does not exist'],
])('%s', async (_, world, said) => {
  expect(await say(check, world)).toEqual([`red: ${said}`])
})

test('what is gone is missed by all who name it', async () => {
  expect(await say(check, kube(remove('vips', 'vip2')))).toEqual(['red: flow flow1 names VIP vip2, which does not exist', 'red: attractor attr1 names VIP vip2, which does not exist'])
  expect(await say(check, kube(remove('conduits', 'load-balancer')))).toEqual(['red: stream stream1 names conduit load-balancer, which does not exist', 'red: attractor attr1 names conduit load-balancer, which does not exist'])
})

test('a resource of another trench does not count', async () => {
  expect(await say(check, { kube: objects => { for (const vip of objects['vips'] ?? []) if (vip.metadata.name === 'vip1' && vip.metadata.labels) Object.assign(vip.metadata.labels, { trench: 'violet' }) } })).toEqual([
    'red: flow flow1 names VIP vip1, which does not exist', 'red: attractor attr1 names VIP vip1, which does not exist',
  ])
})

test('a configuration that cannot be read is unknown', async () => {
  expect(await say(check, kube(remove('trenches'), remove('configmaps')))).toEqual([expect.stringMatching(/^red: unknown: trench-config: /)])
})
