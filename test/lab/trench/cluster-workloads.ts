import type { KubeObject } from '../apiserver/objects.ts'
import { inTrench } from './cluster-names.ts'
import { loadBalancersOf, type Topology } from './topology.ts'

/**
 * What stands between custom resources and pods, as the operator makes it (meridio.md §1.1): Deployment and ReplicaSet of LB/FE and NSE, DaemonSet of the proxies,
 * StatefulSets of NSP and IPAM; and the user's Deployment of targets. uids are those by which the recorded pods name their owners.
 */
export function clusterWorkloads(topology: Topology): KubeObject[] {
  const proxies = topology.pods.filter(({ role }) => role === 'proxy').length
  const attractor = owner('Attractor', 'attr1')
  const trench = owner('Trench', 'red')
  return [
    ...deployment('stateless-lb-frontend-attr1', '5785674d6', loadBalancersOf(topology).length, attractor),
    ...deployment('nse-vlan-attr1', '8dbb46ff8', 1, attractor),
    ...deployment('meridio-app', '74f796dd77', topology.targets.length),
    workload('DaemonSet', 'proxy-load-balancer', {}, { desiredNumberScheduled: proxies, currentNumberScheduled: proxies, numberReady: proxies, numberAvailable: proxies, updatedNumberScheduled: proxies, numberMisscheduled: 0 }, owner('Conduit', 'load-balancer')),
    workload('StatefulSet', 'nsp-red', { replicas: 1, serviceName: 'nsp-service-red' }, { replicas: 1, readyReplicas: 1, availableReplicas: 1 }, trench),
    workload('StatefulSet', 'ipam-red', { replicas: 1, serviceName: 'ipam-service-red' }, { replicas: 1, readyReplicas: 1, availableReplicas: 1 }, trench),
  ].map(object => inTrench(object, topology))
}

interface Owner { readonly apiVersion: string; readonly kind: string; readonly name: string; readonly uid: string; readonly controller: true; readonly blockOwnerDeletion: true }

const uidOf = (kind: string, name: string) => `uid-${kind.toLowerCase()}-${name}`

function owner(kind: string, name: string, apiVersion = 'meridio.nordix.org/v1'): Owner {
  return { apiVersion, kind, name, uid: uidOf(kind, name), controller: true, blockOwnerDeletion: true }
}

function deployment(name: string, hash: string, replicas: number, by?: Owner): KubeObject[] {
  const status = { replicas, readyReplicas: replicas, availableReplicas: replicas }
  return [
    workload('Deployment', name, { replicas }, { ...status, updatedReplicas: replicas }, by),
    workload('ReplicaSet', `${name}-${hash}`, { replicas }, status, owner('Deployment', name, 'apps/v1'), name),
  ]
}

function workload(kind: string, name: string, spec: object, status: object, by?: Owner, app = name): KubeObject {
  return {
    apiVersion: 'apps/v1', kind,
    metadata: { name, namespace: 'red', uid: uidOf(kind, name), labels: { app }, ...(by && { ownerReferences: [by] }) },
    spec: { ...spec, selector: { matchLabels: { app } }, template: { metadata: { labels: { app } } } }, status,
  }
}
