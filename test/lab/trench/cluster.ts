import { randomUUID } from 'node:crypto'
import type { KubeObject } from '../apiserver/objects.ts'
import { clusterBeside } from './cluster-beside.ts'
import { clusterPods } from './cluster-pods.ts'
import { clusterWorkloads } from './cluster-workloads.ts'
import { clusterResources } from './cluster-resources.ts'
import { nodesOf, type Shape, shapes } from './shapes.ts'
import type { Topology } from './topology.ts'

/** The Kubernetes side of the lab's trench, ready for the API double's store. */
export interface TrenchCluster {
  readonly namespaces: readonly KubeObject[]
  readonly nodes: readonly KubeObject[]
  /** Trench, Attractor, Gateways, Vips, Conduit, Stream, Flow */
  readonly customResources: readonly KubeObject[]
  readonly configMaps: readonly KubeObject[]
  /** Deployments, ReplicaSets, DaemonSet, StatefulSets between the custom resources and the pods */
  readonly workloads: readonly KubeObject[]
  readonly pods: readonly KubeObject[]
  /** operator, NSM, Spire, volume claims: synthetic, see `clusterBeside` */
  readonly beside: readonly KubeObject[]
  /** all of them, owners before what they own */
  readonly all: readonly KubeObject[]
}

/**
 * Objects of the shape's trenches, all in namespace `red`, after the recorded one (test/fixtures/trench/cluster): same names and specs, but random uids, the lab's addresses in both families, and complete statuses.
 * `now` is Unix ms, the time at which the pods started.
 */
export function trenchCluster({ now = Date.now(), shape = shapes.standard }: { readonly now?: number; readonly shape?: Shape } = {}): TrenchCluster {
  const at = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z')
  const uids = new Map<string, string>()
  // the recordings name owners by uids like `uid-trench-red`: every one becomes one random uid
  const uidOf = (name: string) => uids.get(name) ?? uids.set(name, randomUUID()).get(name)!
  const stamped = (object: KubeObject): KubeObject => ({
    ...object,
    metadata: {
      ...object.metadata,
      uid: uidOf(object.metadata.uid ?? `uid-${object.kind.toLowerCase()}-${object.metadata.name}`),
      creationTimestamp: at,
      ...(Array.isArray(object.metadata['ownerReferences']) && { ownerReferences: (object.metadata['ownerReferences'] as { uid: string }[]).map(owner => ({ ...owner, uid: uidOf(owner.uid) })) }),
    },
  })
  const namespaces = [namespaceOf('kube-system', {}), namespaceOf('red', { 'trenchscope.io/allow': 'true' })].map(stamped)
  const nodes = nodesOf(shape).map(name => nodeOf(name, at)).map(stamped)
  const resources = shape.map(clusterResources)
  const customResources = resources.flatMap(one => one.customResources).map(stamped)
  const configMaps = resources.map(one => one.configMap).map(stamped)
  const workloads = shape.flatMap(clusterWorkloads).map(stamped)
  const pods = shape.flatMap((topology: Topology) => clusterPods(topology, at)).map(stamped)
  const others = clusterBeside(at, shape)
  const beside = [...others.namespaces.map(name => namespaceOf(name, {})), ...others.pods, ...others.claims, ...others.endpoints].map(stamped)
  return { namespaces, nodes, customResources, configMaps, workloads, pods, beside, all: [...namespaces, ...nodes, ...customResources, ...configMaps, ...workloads, ...pods, ...beside] }
}

function namespaceOf(name: string, labels: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } },
    spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' },
  }
}

function nodeOf(name: string, at: string): KubeObject {
  const number = name.at(-1)
  return {
    apiVersion: 'v1', kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' } },
    spec: { podCIDR: `10.244.${number}.0/24`, podCIDRs: [`10.244.${number}.0/24`] },
    status: {
      addresses: [{ type: 'InternalIP', address: nodeAddress(name) }, { type: 'Hostname', address: name }],
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status', lastHeartbeatTime: at, lastTransitionTime: at }],
      nodeInfo: { operatingSystem: 'linux', architecture: 'amd64', kubeletVersion: 'v1.36.2', containerRuntimeVersion: 'containerd://2.1.4' },
    },
  }
}

/** Documentation addresses: the lab's nodes are one machine and have none of their own. */
const nodeAddress = (name: string): string => `198.51.100.${name.at(-1)}`
