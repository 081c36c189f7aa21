import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/port-nat-target-exposed.ts'
import { say } from '../recorded-trench.ts'
import { add, change, kube } from './kube.ts'

const nat = (spec: object = {}) => change('conduits', 'load-balancer', conduit => { conduit['destination-port-nats'] = [{ port: 5080, 'target-port': 5000, protocol: 'tcp', vips: ['vip1', 'vip2'], ...spec }] })

test('a conduit without port-NAT is not judged', async () => {
  expect(await say(check)).toEqual(['red: not-applicable: no conduit has a port-NAT'])
})

test('the recorded NAT: direct clients fail (variants/port-nat/traffic.txt)', async () => {
  expect(await say(check, kube(nat()))).toEqual(['red: flow flow1 leads to port 5000 of 10.0.0.1/32, 1000::1:a00:1/128 directly, but replies from it are rewritten by port-NAT 5080-5000-tcp'])
})

test('only the VIPs of the NAT are meant', async () => {
  expect(await say(check, kube(nat({ vips: ['vip2'] })))).toEqual(['red: flow flow1 leads to port 5000 of 1000::1:a00:1/128 directly, but replies from it are rewritten by port-NAT 5080-5000-tcp'])
  expect(await say(check, kube(nat({ vips: ['vip3'] }), add('vips', 'vip3', { address: '10.0.0.3/32' })))).toEqual([])
})

test('a flow that names any port names the target port', async () => {
  expect(await say(check, kube(nat({ 'target-port': 9000 }), change('flows', 'flow1', spec => { spec['destination-ports'] = ['any'] })))).toEqual(['red: flow flow1 leads to port 9000 of 10.0.0.1/32, 1000::1:a00:1/128 directly, but replies from it are rewritten by port-NAT 5080-9000-tcp'])
})

test.each([['another target port', nat({ 'target-port': 9000 })], ['another protocol', nat({ protocol: 'sctp' })]])('%s is not exposed', async (_, changed) => {
  expect(await say(check, kube(changed))).toEqual([])
})
