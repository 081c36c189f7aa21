/** A resource the double serves. */
export interface ResourceType {
  group: string
  version: string
  plural: string
  singular: string
  kind: string
  namespaced: boolean
  shortNames?: string[]
  /** subresources beyond the object itself: `status`, `log`, … */
  subresources: string[]
  /** false: an update without resourceVersion is refused */
  unconditionalUpdate: boolean
  /** custom resources know no strategic merge patch */
  custom: boolean
}

/** `group` '' is the core group; `version` defaults to `v1`. */
export function resourceType(group: string, plural: string, kind: string, more: Partial<ResourceType> = {}): ResourceType {
  return {
    group, version: 'v1', plural, kind, singular: kind.toLowerCase(), namespaced: true, subresources: [], unconditionalUpdate: true, custom: false, ...more,
  }
}

/** A custom resource with a status subresource; the caller of `startApiServer` registers these. */
export function customResource(group: string, version: string, plural: string, kind: string): ResourceType {
  return resourceType(group, plural, kind, { version, subresources: ['status'], unconditionalUpdate: false, custom: true })
}

const withStatus = { subresources: ['status'] }
const rbac = 'rbac.authorization.k8s.io'

export const builtinResources: readonly ResourceType[] = [
  resourceType('', 'pods', 'Pod', { shortNames: ['po'], subresources: ['ephemeralcontainers', 'log', 'status'] }),
  resourceType('', 'nodes', 'Node', { shortNames: ['no'], namespaced: false, ...withStatus }),
  resourceType('', 'namespaces', 'Namespace', { shortNames: ['ns'], namespaced: false, ...withStatus }),
  resourceType('', 'configmaps', 'ConfigMap', { shortNames: ['cm'] }),
  resourceType('', 'events', 'Event', { shortNames: ['ev'] }),
  resourceType('', 'persistentvolumeclaims', 'PersistentVolumeClaim', { shortNames: ['pvc'], ...withStatus }),
  resourceType('', 'services', 'Service', { shortNames: ['svc'], ...withStatus }),
  resourceType('', 'serviceaccounts', 'ServiceAccount', { shortNames: ['sa'] }),
  resourceType('apps', 'deployments', 'Deployment', { shortNames: ['deploy'], ...withStatus }),
  resourceType('apps', 'daemonsets', 'DaemonSet', { shortNames: ['ds'], ...withStatus }),
  resourceType('apps', 'statefulsets', 'StatefulSet', { shortNames: ['sts'], ...withStatus }),
  resourceType('apps', 'replicasets', 'ReplicaSet', { shortNames: ['rs'], ...withStatus }),
  resourceType('coordination.k8s.io', 'leases', 'Lease', { unconditionalUpdate: false }),
  resourceType(rbac, 'roles', 'Role'),
  resourceType(rbac, 'rolebindings', 'RoleBinding'),
  resourceType(rbac, 'clusterroles', 'ClusterRole', { namespaced: false }),
  resourceType(rbac, 'clusterrolebindings', 'ClusterRoleBinding', { namespaced: false }),
]

/** The custom resources of a Meridio trench (operator v1.2, API `meridio.nordix.org/v1`). */
export const meridioResources: readonly ResourceType[] = (
  [['trenches', 'Trench'], ['attractors', 'Attractor'], ['gateways', 'Gateway'], ['vips', 'Vip'], ['conduits', 'Conduit'], ['streams', 'Stream'], ['flows', 'Flow']] as const
).map(([plural, kind]) => customResource('meridio.nordix.org', 'v1', plural, kind))

/** What registry-k8s of Network Service Mesh keeps. */
export const meshResources: readonly ResourceType[] = [customResource('networkservicemesh.io', 'v1', 'networkserviceendpoints', 'NetworkServiceEndpoint')]

/** All resources of one server, found by path or by kind. */
export class Resources {
  readonly all: readonly ResourceType[]
  constructor(extra: readonly ResourceType[]) {
    this.all = [...builtinResources, ...extra]
  }

  byPath(group: string, version: string, plural: string): ResourceType | undefined {
    return this.all.find(type => type.group === group && type.version === version && type.plural === plural)
  }

  /** @throws {Error} when nothing of that kind is served */
  byKind(apiVersion: string, kind: string): ResourceType {
    const found = this.all.find(type => apiVersionOf(type) === apiVersion && type.kind === kind)
    if (!found) throw new Error(`no resource serves ${apiVersion} ${kind}; register it with startApiServer({ resources })`)
    return found
  }

  /** `pods`, or `leases.coordination.k8s.io` where the plural alone is not unique. @throws {Error} */
  byName(name: string): ResourceType {
    const found = this.all.find(type => type.plural === name || `${type.plural}.${type.group}` === name)
    if (!found) throw new Error(`no resource is called ${name}`)
    return found
  }
}

export const apiVersionOf = (type: { group: string; version: string }): string => (type.group ? `${type.group}/${type.version}` : type.version)
