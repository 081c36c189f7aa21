import { describe, expect, test } from 'vitest'
import type { Inventory } from '#judge/profile.ts'
import { Resources, meridioResources, meshResources } from './apiserver/resources.ts'
import { Store } from './apiserver/store.ts'
import type { KubeObject, Pod } from './apiserver/objects.ts'
import { trenchCluster } from './trench/cluster.ts'
import { emptyDirs } from './trench/sandbox.ts'
import { meridioTrenches } from '#profiles/meridio/trenches.ts'
import { knownPods, type Shape, shapes } from './trench/shapes.ts'
import { podIPs, pods } from './trench/topology.ts'

const cluster = trenchCluster({ now: Date.UTC(2026, 10, 24) })
const labPods = cluster.pods as Pod[]

test('the API double takes every object of the trench', () => {
  const store = new Store(new Resources([...meridioResources, ...meshResources]), { ringSize: 100, now: () => 0 })
  const applied = cluster.all.map(object => store.apply(object))
  expect(applied.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual(cluster.all.map(({ kind, metadata }) => `${kind}/${metadata.name}`))
})

test('every owner is there, by uid', () => {
  const uids = new Set(cluster.all.map(({ metadata }) => metadata.uid))
  const owners = cluster.all.flatMap(({ metadata }) => (metadata['ownerReferences'] ?? []) as { uid: string; name: string }[])
  expect({ owners: owners.length, dangling: owners.filter(({ uid }) => !uids.has(uid)) }).toEqual({ owners: 28, dangling: [] })
})

test('two clusters share no uid', () => {
  const uids = new Set(cluster.all.map(({ metadata }) => metadata.uid))
  expect(uids.size).toBe(cluster.all.length)
  expect(trenchCluster().all.filter(({ metadata }) => uids.has(metadata.uid))).toEqual([])
})

test('pods have the addresses of the lab in both families', () => {
  const byName = new Map(labPods.map(pod => [pod.metadata.name, pod]))
  expect(pods.map(({ podName }) => byName.get(podName)?.status['podIPs'])).toEqual(pods.map(pod => podIPs(pod).map(ip => ({ ip }))))
})

test('every mount has its volume, and the lab has a folder for every emptyDir', () => {
  const unnamed = labPods.flatMap(({ metadata, spec }) => spec.containers.flatMap(({ volumeMounts = [] }) => volumeMounts)
    .filter(({ name }) => !spec.volumes?.some(volume => volume.name === name)).map(({ name }) => `${metadata.name}: ${name}`))
  expect(unnamed).toEqual([])
  const inPods = pods.map(({ podName }) => labPods.find(pod => pod.metadata.name === podName)!.spec.volumes!.filter(volume => 'emptyDir' in volume).map(({ name }) => name).sort())
  expect(inPods).toEqual(pods.map(({ role }) => [...emptyDirs[role]].sort()))
})

test('the trench namespace allows probes, all pods are ready', () => {
  expect(cluster.namespaces.map(({ metadata }) => metadata.labels)).toEqual([
    { 'kubernetes.io/metadata.name': 'kube-system' },
    { 'kubernetes.io/metadata.name': 'red', 'trenchscope.io/allow': 'true' },
  ])
  expect(labPods.flatMap(({ status }) => status.containerStatuses!).filter(({ ready, restartCount }) => !ready || restartCount > 0)).toEqual([])
})

describe.each(Object.entries<Shape>(shapes))('shape %s', (_, shape) => {
  const { all, pods, customResources } = trenchCluster({ shape })

  test('no object stands there twice, and every owner is there', () => {
    const uids = new Set(all.map(({ metadata }) => metadata.uid))
    const owners = all.flatMap(({ metadata }) => (metadata['ownerReferences'] ?? []) as { uid: string; name: string }[])
    expect({ names: new Set(all.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).size, uids: uids.size, dangling: owners.filter(({ uid }) => !uids.has(uid)) }).toEqual({ names: all.length, uids: all.length, dangling: [] })
  })

  test('pods and resources tell its trenches; targets name only the namespace, so each may be of any', () => {
    const objects: Record<string, readonly KubeObject[] | undefined> = { pods, trenches: customResources.filter(({ kind }) => kind === 'Trench') }
    const trenches = meridioTrenches({ cluster: { uid: 'lab', name: 'lab' }, list: plural => (objects[plural] ?? []) as ReturnType<Inventory['list']> })
    const targets = shape.flatMap(topology => topology.targets.map(({ pod }) => pod))
    const names = (topology: Shape[number]) => topology.pods.filter(({ role }) => role !== 'tapa').map(({ name }) => name)
    expect(Object.fromEntries(trenches.map(({ name, pods }) => [name, pods.map(pod => knownPods.find(({ podName }) => podName === pod.name)?.name).sort()])))
      .toEqual(Object.fromEntries(shape.map(topology => [topology.trench, [...names(topology), ...targets].sort()])))
  })
})
