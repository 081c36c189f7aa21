import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/spire-not-ready.ts'
import { say } from '../recorded-trench.ts'
import { kube, remove, type Change } from './kube.ts'
import { containerOf, terminating } from './kube-status.ts'

test('Spire is there on both nodes', async () => {
  expect(await say(check)).toEqual([])
})

/** As the chart labels them. */
const chart: Change = ({ pods = [] }) => { for (const { metadata } of pods) if (metadata.namespace === 'spire') Object.assign(metadata, { labels: { 'app.kubernetes.io/name': metadata.name.startsWith('spire-agent') ? 'agent' : 'server' } }) }

test.each([
  ['labelled as by the chart', kube(chart), []],
  ['a node without agent', kube(remove('pods', 'spire-agent-worker1')), ['red: no spire-agent is on worker1, where 4 pods of the trench are']],
  ['one container of the server not ready', kube(containerOf('spire-server-0', 'k8s-workload-registrar', { ready: false })), ['red: spire-server spire/spire-server-0 has containers that are not ready: k8s-workload-registrar']],
  ['no server', kube(terminating('spire-server-0')), ['red: no spire-server runs']],
  ['identities from elsewhere', kube(remove('pods', 'spire-agent-worker1', 'spire-agent-worker2', 'spire-server-0')), ['red: unknown: 2 not seen: no pod of the cluster is recognised as spire-agent by label and image; no pod of the cluster is recognised as spire-server by label and image']],
])('%s', async (_, world, said) => {
  expect(await say(check, world)).toEqual(said)
})

test('an API server that was not asked leaves it unknown', async () => {
  expect(await say(check, { gone: ['cluster'] })).toEqual(['red: unknown: mesh-pods: not observed; trench-nodes: not observed'])
})
