import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/node-not-ready.ts'
import { say } from '../recorded-trench.ts'
import { type Change, kube, put, remove } from './kube.ts'

const conditions = (node: string, ...rows: readonly { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string }[]): Change => ({ nodes = [] }) => {
  Object.assign(nodes.find(({ metadata }) => metadata.name === node)?.['status'] as object, { conditions: rows })
}
const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady' }

test('the nodes of a healthy trench are ready', async () => {
  expect(await say(check)).toEqual([])
})

test.each([
  ['a kubelet that is silent', kube(conditions('worker1', { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' })), ['red: worker1, with 4 pods of the trench, is not ready (NodeStatusUnknown: Kubelet stopped posting node status.)']],
  ['two pressures', kube(conditions('worker2', ready, { type: 'MemoryPressure', status: 'True', reason: 'KubeletHasInsufficientMemory' }, { type: 'DiskPressure', status: 'True' }, { type: 'PIDPressure', status: 'False' })), ['red: worker2, with 4 pods of the trench, is short of memory (KubeletHasInsufficientMemory), short of disk']],
  ['a node that is gone', kube(remove('nodes', 'worker2')), ['red: 4 pods of the trench are on worker2, a node that is no longer there']],
  ['another node', kube(put('nodes', { metadata: { name: 'worker3' }, status: { conditions: [{ type: 'Ready', status: 'False' }] } })), []],
])('%s', async (_, world, said) => {
  expect(await say(check, world)).toEqual(said)
})

test('an API server that was not asked leaves it unknown', async () => {
  expect(await say(check, { gone: ['cluster'] })).toEqual(['red: unknown: trench-nodes: not observed'])
})
