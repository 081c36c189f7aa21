import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/pod-not-ready.ts'
import { say } from '../recorded-trench.ts'
import { kube, lb1, lb2, remove } from './kube.ts'
import { pxA, pxB, tg } from './kube-names.ts'
import { containerOf, statusOf, terminating } from './kube-status.ts'

test('in a healthy trench all containers are ready', async () => {
  expect(await say(check)).toEqual([])
})

test('a container that is not ready says what it does instead', async () => {
  expect(await say(check, kube(
    containerOf(lb1, 'frontend', { ready: false }),
    containerOf(lb1, 'stateless-lb', { ready: false, state: { terminated: { reason: 'Error', exitCode: 1 } } }),
    containerOf(pxA, 'proxy', { ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } } }),
    containerOf(tg(1), 'tapa', { ready: false, state: {} }),
  ))).toEqual([
    'red: red/lb-1: container stateless-lb is not ready (terminated: Error 1)',
    'red: red/lb-1: container frontend is not ready (running)',
    'red: red/px-a: container proxy is not ready (waiting: CrashLoopBackOff), it last ended with 137 OOMKilled',
    'red: red/tg-1: container tapa is not ready (unknown)',
  ])
})

test('a pod that does not run says why', async () => {
  expect(await say(check, kube(
    statusOf(lb2, { phase: 'Pending', containerStatuses: [], conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/2 nodes are available: 2 node(s) didn\'t match pod anti-affinity rules.' }] }),
    statusOf(pxB, { phase: 'Pending', containerStatuses: [{ name: 'proxy', state: { waiting: { reason: 'ImagePullBackOff' } } }] }),
    statusOf(tg(3), { phase: 'Failed', reason: 'Evicted', containerStatuses: [] }),
    statusOf(tg(4), { phase: 'Pending', containerStatuses: [], conditions: [] }),
    statusOf(tg(1), { phase: undefined }),
  ))).toEqual([
    'red: red/lb-2 is Pending (0/2 nodes are available: 2 node(s) didn\'t match pod anti-affinity rules.)',
    'red: red/px-b is Pending (ImagePullBackOff)',
    'red: red/tg-1 is Unknown',
    'red: red/tg-3 is Failed (Evicted)',
    'red: red/tg-4 is Pending',
  ])
})

test.each([
  ['has ended well', statusOf(tg(1), { phase: 'Succeeded' })],
  ['is on its way out', kube(statusOf(tg(1), { phase: 'Pending' }), terminating(tg(1))).kube],
])('a pod that %s is not missed', async (_, change) => {
  expect(await say(check, kube(change))).toEqual([])
})

test('a trench without load balancer, without proxy, without both', async () => {
  expect(await say(check, kube(remove('pods', lb1, lb2)))).toEqual(['red: the trench has no LB/FE pod'])
  expect(await say(check, kube(remove('pods', pxA, pxB)))).toEqual(['red: the trench has no proxy pod'])
  expect(await say(check, kube(remove('pods')))).toEqual(['red: the trench has no LB/FE and no proxy pod'])
})

test('an API server that was not asked leaves it unknown', async () => {
  expect(await say(check, { gone: ['cluster'] })).toEqual(['red: unknown: trench-pods: not observed'])
})
