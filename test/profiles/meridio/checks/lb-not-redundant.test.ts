import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/lb-not-redundant.ts'
import { say } from '../recorded-trench.ts'
import { change, conduitUntold, kube, lb1, lb2, remove } from './kube.ts'

test('two load balancers on two nodes', async () => {
  expect(await say(check)).toEqual([])
})

test('a single load balancer, wanted or not', async () => {
  expect(await say(check, kube(remove('pods', lb2)))).toEqual(['red: conduit load-balancer has a single load balancer, its attractor wants 2'])
  expect(await say(check, kube(remove('pods', lb2), change('attractors', 'attr1', spec => { spec['replicas'] = 1 })))).toEqual(['red: conduit load-balancer has a single load balancer'])
})

test('both on one node', async () => {
  expect(await say(check, kube(change('pods', lb2, spec => { spec['nodeName'] = 'worker1' })))).toEqual(['red: all 2 load balancers of conduit load-balancer are on worker1'])
})

test('a pod that hides its conduit counts for itself', async () => {
  expect(await say(check, conduitUntold)).toHaveLength(2)
})

test('a trench without load balancer is not judged', async () => {
  expect(await say(check, kube(remove('pods', lb1, lb2)))).toEqual(['red: not-applicable: the trench has no load balancer'])
})
