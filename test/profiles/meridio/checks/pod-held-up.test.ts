import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/pod-held-up.ts'
import { say } from '../recorded-trench.ts'
import { type Change, kube, lb1, put, refuse } from './kube.ts'
import { statusOf } from './kube-status.ts'

const unready = { phase: 'Pending', conditions: [{ type: 'Ready', status: 'False' }] }
const warning = (name: string, reason: string, message: string, more: object = {}, involved: object = { kind: 'Pod', name, uid: `uid-pod-${name}` }): Change =>
  put('events', { metadata: { name: `${name}.${reason}.${JSON.stringify(more).length}`, namespace: 'red' }, involvedObject: involved, type: 'Warning', reason, message, count: 1, lastTimestamp: '2026-11-24T10:00:00Z', ...more })
const replicaSet = { kind: 'ReplicaSet', name: 'stateless-lb-frontend-attr1-5785674d6', uid: 'uid-rs' }
const made = (at: string): Change => ({ pods = [] }) => { for (const { metadata } of pods) Object.assign(metadata, { creationTimestamp: at }) }

test('a healthy trench has no warnings', async () => {
  expect(await say(check)).toEqual([])
})

test.each([
  ['a pod that finds no node', kube(statusOf(lb1, unready), warning(lb1, 'FailedScheduling', '0/2 nodes are available: 2 node(s) didn\'t match pod anti-affinity rules.')), ['red: red/lb-1: FailedScheduling: 0/2 nodes are available: 2 node(s) didn\'t match pod anti-affinity rules.']],
  ['two reasons, the last of each', kube(statusOf('nsp-red-0', unready), warning('nsp-red-0', 'FailedMount', 'old', { lastTimestamp: '2026-11-24T09:00:00Z' }), warning('nsp-red-0', 'FailedMount', 'MountVolume.SetUp failed for volume "spire-agent-socket": hostPath type check failed', { count: 7 }), warning('nsp-red-0', 'Unhealthy', 'Readiness probe failed')),
    ['red: red/nsp-red-0: FailedMount: MountVolume.SetUp failed for volume "spire-agent-socket": hostPath type check failed (7 times); Unhealthy: Readiness probe failed']],
  ['what a ready pod went through', kube(warning(lb1, 'FailedMount', 'was slow')), []],
  ['another pod of the namespace', kube(warning('other', 'BackOff', 'restarting')), []],
  ['a ReplicaSet that cannot make a pod', kube(made('2026-11-24T08:00:00Z'), warning('stateless-lb-frontend-attr1-5785674d6', 'FailedCreate', 'exceeded quota: pods', {}, replicaSet)), ['red: ReplicaSet red/stateless-lb-frontend-attr1-5785674d6: FailedCreate: exceeded quota: pods']],
  ['a ReplicaSet that made one since', kube(made('2026-11-24T11:00:00Z'), warning('stateless-lb-frontend-attr1-5785674d6', 'FailedCreate', 'exceeded quota: pods', {}, replicaSet)), []],
  ['events that may not be read', kube(refuse('events')), ['red: unknown: pod-warnings: events is forbidden']],
])('%s', async (_, world, said) => {
  expect(await say(check, world)).toEqual(said)
})

test('an API server that was not asked leaves it unknown', async () => {
  expect(await say(check, { gone: ['cluster'] })).toEqual(['red: unknown: pod-warnings: not observed'])
})
