import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/nsm-not-ready.ts'
import { say } from '../recorded-trench.ts'
import { kube, remove, type Change } from './kube.ts'
import { containerOf, statusOf, terminating } from './kube-status.ts'

test('NSM is there on both nodes', async () => {
  expect(await say(check)).toEqual([])
})

const relabelled: Change = ({ pods = [] }) => { for (const { metadata } of pods) if (metadata.namespace === 'nsm') Object.assign(metadata, { labels: { app: 'other' } }) }

test.each([
  ['a node without nsmgr', kube(remove('pods', 'nsmgr-worker2')), ['red: no nsmgr of NSM is on worker2, where 4 pods of the trench are']],
  ['a node without both', kube(remove('pods', 'nsmgr-worker2', 'forwarder-vpp-worker2')), ['red: no nsmgr and no forwarder of NSM is on worker2, where 4 pods of the trench are']],
  ['a forwarder that crashes', kube(containerOf('forwarder-vpp-worker1', 'forwarder-vpp', { ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } })), ['red: forwarder nsm/forwarder-vpp-worker1 has containers that are not ready: forwarder-vpp (CrashLoopBackOff)']],
  ['a registry that waits', kube(statusOf('registry-k8s-77d5c5b8c7-mz5qk', { phase: 'Pending' })), ['red: registry nsm/registry-k8s-77d5c5b8c7-mz5qk is Pending']],
  ['a registry on its way out, and no other', kube(terminating('registry-k8s-77d5c5b8c7-mz5qk')), ['red: no registry of NSM runs']],
  ['nothing that is recognised', kube(relabelled), ['red: unknown: 3 not seen: no pod of the cluster is recognised as nsmgr by label and image; no pod of the cluster is recognised as forwarder by label and image; no pod of the cluster is recognised as registry by label and image']],
])('%s', async (_, world, said) => {
  expect(await say(check, world)).toEqual(said)
})

test('a registry of something else, which has the same label, is not NSM\'s', async () => {
  const docker: Change = ({ pods = [] }) => { for (const { metadata, spec } of pods as never as { metadata: { name: string }; spec: { containers: { image: string }[] } }[]) if (metadata.name.startsWith('registry-k8s')) spec.containers[0]!.image = 'registry:2' }
  expect(await say(check, kube(docker))).toEqual(['red: unknown: no pod of the cluster is recognised as registry by label and image'])
})

test('an API server that was not asked leaves it unknown', async () => {
  expect(await say(check, { gone: ['cluster'] })).toEqual(['red: unknown: mesh-pods: not observed; trench-nodes: not observed'])
})
