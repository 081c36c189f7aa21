import type { KubeObject, Pod } from '../apiserver/objects.ts'
import { nodesOf, type Shape, shapes } from './shapes.ts'
import type { Topology } from './topology.ts'

/**
 * Synthetic, nothing of it was recorded: what stands beside the trenches in a cluster, in its usual form (meridio.md §1.1, 1.4): the operator, NSM with its registry,
 * Spire, the volume claims of NSP and IPAM, and NSM's endpoints of each trench (networkservicemesh.io/v1, fields of sdk-k8s).
 */
export function clusterBeside(at: string, shape: Shape = shapes.standard): { readonly namespaces: readonly string[]; readonly pods: readonly Pod[]; readonly claims: readonly KubeObject[]; readonly endpoints: readonly KubeObject[] } {
  return {
    namespaces: ['nsm', 'spire'],
    pods: [
      pod('red', 'meridio-operator-596d7f88b8-7xk2p', 'worker1', { 'control-plane': 'meridio-operator' }, [['manager', 'example/meridio/operator:v1.2.8']], at),
      ...nodesOf(shape).flatMap(node => [
        pod('nsm', `nsmgr-${node}`, node, { app: 'nsmgr' }, [['nsmgr', 'example/networkservicemesh/cmd-nsmgr:v1.14.0'], ['exclude-prefixes', 'example/networkservicemesh/cmd-exclude-prefixes-k8s:v1.14.0']], at),
        pod('nsm', `forwarder-vpp-${node}`, node, { app: 'forwarder-vpp' }, [['forwarder-vpp', 'example/networkservicemesh/cmd-forwarder-vpp:v1.14.0']], at),
        pod('spire', `spire-agent-${node}`, node, { app: 'spire-agent' }, [['spire-agent', 'example/spiffe/spire-agent:1.9.0']], at),
      ]),
      pod('nsm', 'registry-k8s-77d5c5b8c7-mz5qk', 'worker1', { app: 'registry' }, [['registry', 'example/networkservicemesh/cmd-registry-k8s:v1.14.0']], at),
      pod('spire', 'spire-server-0', 'worker2', { app: 'spire-server' }, [['spire-server', 'example/spiffe/spire-server:1.9.0'], ['k8s-workload-registrar', 'example/spiffe/k8s-workload-registrar:1.9.0']], at),
    ],
    claims: shape.flatMap(({ trench }) => ['nsp', 'ipam'].map(name => ({
      apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: `${name}-data-${name}-${trench}-0`, namespace: 'red', uid: `uid-claim-${name}-${trench}` },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeName: `pvc-${name}-${trench}` }, status: { phase: 'Bound', capacity: { storage: '1Gi' } },
    }))),
    endpoints: shape.flatMap(endpointsOf),
  }
}

function endpointsOf({ trench, suffix, pods }: Topology): KubeObject[] {
  const conduit = `load-balancer${suffix}.${trench}.red`
  return [
    ...pods.filter(({ role }) => role === 'lb').map(({ podName }) => endpoint(podName, conduit)),
    ...pods.filter(({ role }) => role === 'proxy').map(({ podName }) => endpoint(podName, `proxy.${conduit}`)),
    endpoint(`nse-vlan-attr1${suffix}-8dbb46ff8-wlnrm`, `external-vlan.attr1${suffix}.${trench}.red`),
  ]
}

function pod(namespace: string, name: string, nodeName: string, labels: Record<string, string>, containers: readonly (readonly [string, string])[], at: string): Pod {
  return {
    apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, uid: `uid-pod-${name}`, labels },
    spec: { nodeName, containers: containers.map(([container, image]) => ({ name: container, image })) },
    status: {
      phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: containers.map(([container, image]) => ({ name: container, image, imageID: image, ready: true, restartCount: 0, started: true, state: { running: { startedAt: at } }, lastState: {} })),
    },
  } as Pod
}

function endpoint(name: string, service: string): KubeObject {
  return { apiVersion: 'networkservicemesh.io/v1', kind: 'NetworkServiceEndpoint', metadata: { name, namespace: 'nsm', uid: `uid-nse-${name}` }, spec: { name, network_service_names: [service], url: 'tcp://10.244.1.3:5001' } }
}
