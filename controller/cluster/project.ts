import type { KubeObject } from '#judge/profile.ts'
import type { Pod } from './pod.ts'
import type { RawObject } from './watch-stream.ts'

type Fields = Readonly<Record<string, unknown>>

const keptAnnotations = ['k8s.v1.cni.cncf.io/network-status', 'kubernetes.io/config.mirror']
const secretName = /PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIAL|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY/i

/** What is kept of an object of this resource. Managed fields and applied configurations never are: they are most of its size. */
export function projectionOf(plural: string): (object: RawObject) => KubeObject {
  switch (plural) {
    case 'pods': return projectPod
    case 'nodes': return projectNode
    case 'namespaces': return object => ({ ...typeOf(object), metadata: metadataOf(object), status: pick(object['status'], ['phase']) })
    case 'events': return object => ({ ...typeOf(object), metadata: metadataOf(object), ...pick(object, ['type', 'reason', 'message', 'count', 'series', 'involvedObject', 'firstTimestamp', 'lastTimestamp', 'eventTime']) })
    default: return object => ({ ...typeOf(object), metadata: metadataOf(object), ...pick(object, ['spec', 'status']) })
  }
}

/** Environment values that come from elsewhere (`valueFrom`), or whose name says they are secret, are left out; the name stays. */
export function projectPod(object: RawObject): Pod {
  const spec = fields(object['spec'])
  const status = fields(object['status'])
  return {
    ...typeOf(object),
    metadata: { ...metadataOf(object), ...annotationsOf(object) },
    spec: {
      ...pick(spec, ['nodeName', 'os', 'hostNetwork', 'readinessGates', 'shareProcessNamespace', 'securityContext', 'ephemeralContainers']),
      containers: list(spec['containers']).map(projectContainer),
      ...(spec['initContainers'] !== undefined && { initContainers: list(spec['initContainers']).map(container => pick(container, ['name'])) }),
      ...(spec['volumes'] !== undefined && { volumes: list(spec['volumes']).map(volume => ({ name: volume['name'], kind: Object.keys(volume).find(key => key !== 'name') ?? 'emptyDir', ...pick(volume, ['persistentVolumeClaim']) })) }),
    },
    status: pick(status, ['phase', 'podIPs', 'conditions', 'containerStatuses', 'ephemeralContainerStatuses']),
  } as unknown as Pod
}

function projectContainer(container: Fields): Fields {
  const limits = fields(container['resources'])['limits']
  return {
    ...pick(container, ['name', 'image', 'volumeMounts']),
    ...(container['env'] !== undefined && { env: list(container['env']).map(entry => (secretName.test(String(entry['name'])) ? pick(entry, ['name']) : pick(entry, ['name', 'value']))) }),
    ...(limits !== undefined && { resources: { limits } }),
  }
}

function projectNode(object: RawObject): KubeObject {
  const status = fields(object['status'])
  return {
    ...typeOf(object),
    metadata: metadataOf(object),
    spec: pick(object['spec'], ['unschedulable', 'providerID', 'podCIDRs']),
    status: {
      conditions: list(status['conditions']).map(condition => pick(condition, ['type', 'status', 'reason', 'message'])),
      ...pick(status, ['addresses']),
      nodeInfo: pick(status['nodeInfo'], ['kubeletVersion', 'kernelVersion', 'osImage', 'operatingSystem', 'architecture', 'containerRuntimeVersion']),
    },
  }
}

function metadataOf({ metadata }: RawObject): KubeObject['metadata'] {
  const { name, uid } = metadata
  return { name, uid, ...pick(metadata, ['namespace', 'labels', 'ownerReferences', 'creationTimestamp', 'deletionTimestamp', 'generation', 'resourceVersion']) }
}

function annotationsOf({ metadata }: RawObject): { annotations?: Fields } {
  const kept = pick(metadata.annotations, keptAnnotations)
  return Object.keys(kept).length > 0 ? { annotations: kept } : {}
}

function typeOf(object: RawObject): Fields {
  return pick(object, ['apiVersion', 'kind'])
}

function pick(from: unknown, names: readonly string[]): Fields {
  const given = fields(from)
  return Object.fromEntries(names.flatMap(name => (given[name] === undefined ? [] : [[name, given[name]]])))
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? (value as Fields[]) : []
}
