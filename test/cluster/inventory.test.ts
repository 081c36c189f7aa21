import { expect, test } from 'vitest'
import { openInventory } from '../../controller/cluster/inventory.ts'
import { projectPod } from '../../controller/cluster/project.ts'
import type { RawObject } from '../../controller/cluster/watch-stream.ts'
import { fixture } from '../fixture.ts'
import { apiServer, clientOf, eventually, inventoryOf, log, nodeObject, podObject, quick } from './bench.ts'

const trench = (name: string, namespace = 'red') => ({ apiVersion: 'meridio.nordix.org/v1', kind: 'Trench', metadata: { name, namespace }, spec: { 'ip-family': 'dualstack' } })

function reader(user: string, rules: object[], namespace?: string) {
  const kind = namespace ? 'RoleBinding' : 'ClusterRoleBinding'
  const metadata = { name: user, ...(namespace && { namespace }) }
  return [
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: namespace ? 'Role' : 'ClusterRole', metadata, rules },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: namespace ? 'Role' : 'ClusterRole', name: user }, subjects: [{ kind: 'User', name: user }] },
  ]
}
const read = ['get', 'list', 'watch']

test('pods, nodes, namespaces and the profile\'s resources are listed and looked up', async () => {
  const server = await apiServer()
  server.store.apply(nodeObject('worker-1'))
  server.store.apply(podObject('lb-1'))
  server.store.apply(trench('red'))
  const inventory = await inventoryOf(await clientOf(server), { plurals: ['trenches', 'flows'] })
  expect(['pods', 'nodes', 'trenches', 'flows'].map(plural => inventory.list(plural).map(({ metadata }) => metadata.name))).toEqual([['lb-1'], ['worker-1'], ['red'], []])
  expect(inventory.get('trenches', 'red', 'red')?.['spec']).toEqual({ 'ip-family': 'dualstack' })
  expect(inventory.pod('red', 'lb-1')?.spec.nodeName).toBe('worker-1')
  expect(inventory.cluster).toEqual({ uid: server.store.get('namespaces', undefined, 'kube-system')?.metadata.uid, name: 'lab' })
  expect(inventory.problems()).toEqual([])
  const { uid } = inventory.pod('red', 'lb-1')!.metadata
  expect([inventory.isGone('red/lb-1', uid), inventory.isGone('red/lb-1', 'of an earlier pod'), inventory.isGone('red/lb-2', uid)]).toEqual([false, true, true])
})

test('what is forbidden or not installed is a problem with its reason and stops nothing else; it is tried again', async () => {
  const server = await apiServer({ resources: [] })
  server.store.apply(podObject('lb-1'))
  const rules = (resources: string[]) => reader('watcher', [{ verbs: read, apiGroups: [''], resources }, { verbs: read, apiGroups: ['meridio.nordix.org'], resources: ['*'] }])
  for (const object of rules(['pods', 'namespaces'])) server.store.apply(object as never)
  const inventory = await inventoryOf(await clientOf(server, 'watcher'), { plurals: ['trenches'] })
  expect(inventory.list('pods')).toHaveLength(1)
  expect(inventory.problems()).toEqual([
    { plural: 'nodes', code: 'refused', message: expect.stringMatching(/^nodes is forbidden: User "watcher" cannot (list|watch) resource "nodes" in API group "" at the cluster scope$/) },
    { plural: 'trenches', code: 'not-found', message: 'trenches is not installed: the server could not find the requested resource' },
  ])
  expect(inventory.problem('pods')).toBe(undefined)
  expect(inventory.problem('secrets')).toEqual({ plural: 'secrets', code: 'not-found', message: 'secrets is not watched' })
  server.store.apply(nodeObject('worker-1'))
  for (const object of rules(['pods', 'namespaces', 'nodes'])) server.store.apply(object as never)
  await eventually('nodes can be listed', () => inventory.list('nodes').length === 1)
  expect(inventory.problem('nodes')).toBe(undefined)
})

test('namespaces that are named are watched one by one; a forbidden one is a problem of its own', async () => {
  const server = await apiServer()
  for (const namespace of ['red', 'blue', 'green']) server.store.apply(podObject('lb-1', { namespace }))
  const rules = [{ verbs: read, apiGroups: [''], resources: ['pods'] }]
  for (const object of [...reader('watcher', rules, 'red'), ...reader('watcher-2', [{ verbs: read, apiGroups: [''], resources: ['namespaces', 'nodes'] }])]) {
    server.store.apply(JSON.parse(JSON.stringify(object).replaceAll('"kind":"User","name":"watcher-2"', '"kind":"User","name":"watcher"')) as never)
  }
  const inventory = await inventoryOf(await clientOf(server, 'watcher'), { namespaces: ['red', 'blue'] })
  expect(inventory.list('pods').map(({ metadata }) => metadata.namespace)).toEqual(['red'])
  expect(inventory.problem('pods', 'red')).toBe(undefined)
  expect(inventory.problem('pods', 'blue')).toMatchObject({ namespace: 'blue', code: 'refused' })
})

test('a state that is only remembered says since when, and is fresh again when the server is back', async () => {
  const server = await apiServer()
  server.store.apply(podObject('lb-1'))
  let clock = 1_000_000
  const inventory = await inventoryOf(await clientOf(server), { now: () => clock })
  const away = server.control.refuse(300)
  await eventually('the server is away', () => inventory.health().every(({ awaySince }) => awaySince !== undefined))
  expect(inventory.problems()).toEqual([])
  clock += 42_000
  expect(inventory.problem('pods')).toMatchObject({ plural: 'pods', code: 'gone', message: expect.stringMatching(/^the API server has been away for 42 s: https:/) })
  expect(inventory.list('pods')).toHaveLength(1)
  await away
  await eventually('everything is fresh', () => inventory.problems().length === 0)
})

test('one object that no watch holds is asked for; refusals keep the server\'s words', async () => {
  const server = await apiServer()
  server.store.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'meridio-configuration-red', namespace: 'red' }, data: { 'vips.yaml': 'items: []' } } as never)
  server.store.apply(podObject('lb-1'))
  const inventory = await inventoryOf(await clientOf(server))
  expect(await inventory.fetch('configmaps', 'red', 'meridio-configuration-red')).toMatchObject({ data: { 'vips.yaml': 'items: []' } })
  expect(await inventory.fetch('pods', 'red', 'lb-1')).toBe(inventory.pod('red', 'lb-1'))
  await expect(inventory.fetch('configmaps', 'red', 'nope')).rejects.toMatchObject({ name: 'FactError', code: 'not-found', message: 'configmaps "nope" not found' })
  await expect(inventory.fetch('pods', 'red', 'nope')).rejects.toMatchObject({ code: 'not-found', message: 'pods "nope" not found' })
})

test('waiting for the inventory is bounded by its signal and leaves no listener', async () => {
  const server = await apiServer()
  const inventory = await inventoryOf(await clientOf(server))
  const waiting = inventory.until('pods', () => inventory.pod('red', 'lb-1')?.metadata.name, AbortSignal.timeout(10_000))
  server.store.apply(podObject('lb-1'))
  expect(await waiting).toBe('lb-1')
  await expect(inventory.until('pods', () => undefined, AbortSignal.timeout(20))).rejects.toMatchObject({ code: 'aborted' })
})

test('closing leaves no watch and no socket behind', async () => {
  const server = await apiServer()
  const client = await clientOf(server)
  const inventory = await openInventory(client, [{ group: 'meridio.nordix.org', version: 'v1', plural: 'trenches' }], { log, timing: quick })
  await inventory.ready()
  expect(server.control.counters().openWatches).toBe(4)
  await inventory.close()
  await inventory.close()
  await eventually('no watch is open', () => server.control.counters().openWatches === 0)
  await client.close()
  await eventually('no socket is open', () => server.control.counters().openConnections === 0)
  expect(inventory.problem('pods')).toMatchObject({ code: 'gone', message: 'pods is no longer watched' })
})

test('of a recorded pod only what we need is kept', () => {
  const [recorded] = (JSON.parse(fixture('trench/cluster/pods.json')) as { items: RawObject[] }).items
  const pod = projectPod({ ...recorded, metadata: { ...recorded?.metadata, managedFields: [{}], annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', 'k8s.v1.cni.cncf.io/network-status': '[]' } } } as RawObject)
  expect(Object.keys(pod.metadata).sort()).toEqual(expect.not.arrayContaining(['managedFields']))
  expect(pod.metadata.annotations).toEqual({ 'k8s.v1.cni.cncf.io/network-status': '[]' })
  expect(pod.spec.volumes).toEqual([
    { name: 'spire-agent-socket', kind: 'hostPath' }, { name: 'nsm-socket', kind: 'hostPath' }, { name: 'tmp-lb', kind: 'emptyDir' }, { name: 'tmp-fe', kind: 'emptyDir' },
    { name: 'run', kind: 'emptyDir' }, { name: 'etc', kind: 'emptyDir' }, { name: 'log', kind: 'emptyDir' }, { name: 'lb-socket', kind: 'emptyDir' },
  ])
})

test('values that are secret by name, or come from elsewhere, are not kept', () => {
  const env = [{ name: 'NSM_TRENCH', value: 'red' }, { name: 'DB_PASSWORD', value: 'x' }, { name: 'API_TOKEN', value: 'y' }, { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }]
  const pod = projectPod({ metadata: { name: 'a', namespace: 'red', uid: 'u' }, spec: { containers: [{ name: 'proxy', env }] } })
  expect(pod.spec.containers[0]?.env).toEqual([{ name: 'NSM_TRENCH', value: 'red' }, { name: 'DB_PASSWORD' }, { name: 'API_TOKEN' }, { name: 'NODE' }])
})
