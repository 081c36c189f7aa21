import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/endpoint-missing.ts'
import { say } from '../recorded-trench.ts'
import { type Change, kube, lb1, lb2, put, refuse, remove } from './kube.ts'
import { containerOf } from './kube-status.ts'

test('each load balancer and proxy of a healthy trench is an endpoint', async () => {
  expect(await say(check)).toEqual([])
})

const stale: Change = put('networkserviceendpoints', { metadata: { name: 'stateless-lb-gone', namespace: 'nsm' }, spec: { network_service_names: ['load-balancer.red.red'] } })

test.each([
  ['a load balancer that is none', kube(remove('networkserviceendpoints', lb1)), ['red: NSM\'s registry has 1 endpoints of load-balancer.red.red, but 2 load balancers are ready']],
  ['no endpoint of proxies', kube(remove('networkserviceendpoints', 'proxy-load-balancer-5slff', 'proxy-load-balancer-q6n5n')), ['red: NSM\'s registry has 0 endpoints of proxy.load-balancer.red.red, but 2 proxies are ready']],
  ['one that is not ready needs none', kube(remove('networkserviceendpoints', lb2), containerOf(lb2, 'stateless-lb', { ready: false })), []],
  ['one more than pods: it may be on its way out', kube(stale), []],
  ['NSM with its registry in memory', kube(put('refused', { metadata: { name: 'networkserviceendpoints' }, absent: true })), ['red: not-applicable: NSM keeps no registry in Kubernetes resources']],
  ['endpoints that may not be read', kube(refuse('networkserviceendpoints')), ['red: unknown: networkserviceendpoints is forbidden']],
])('%s', async (_, world, said) => {
  expect(await say(check, world)).toEqual(said)
})

test('an API server that was not asked leaves it unknown', async () => {
  expect(await say(check, { gone: ['cluster'] })).toEqual(['red: unknown: mesh-endpoints: not observed; trench-pods: not observed'])
})
