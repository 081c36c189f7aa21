import type { KubeObject } from '#judge/profile.ts'
import { type Change, lb1, lb2, put, remove } from './checks/kube.ts'

/**
 * Synthetic: the recorded load balancers as those of a Gateway of Meridio 2, with its resources (CRDs of Nordix/Meridio-2, v1alpha1): nothing of Meridio 2 was recorded.
 * What they answer is what the recorded ones of Meridio 1 did, as far as the data plane is the same (meridio.md §6).
 */
export const meridio2: Change = objects => {
  for (const plural of ['trenches', 'attractors', 'gateways', 'vips', 'conduits', 'streams', 'flows', 'configmaps', 'networkserviceendpoints']) objects[plural] = []
  const pods = objects['pods'] ?? []
  remove('pods', ...pods.filter(({ metadata }) => metadata.name !== lb1 && metadata.name !== lb2).map(({ metadata }) => metadata.name))(objects)
  for (const pod of objects['pods'] ?? []) becomeLoadBalancer2(pod)
  const api = 'meridio-2.nordix.org/v1alpha1'
  const gatewayRef = { name: 'gw' }
  const bgp = { remoteASN: 4248829953, localASN: 8103, holdTime: '3s', localPort: 10179, remotePort: 10179, bfd: { minTx: '300ms', minRx: '300ms', multiplier: 3 } }
  for (const [name, address] of [['gateway1', '169.254.101.254'], ['gateway2', '1000::1:a9fe:65fe']]) put('gatewayrouters', { apiVersion: api, kind: 'GatewayRouter', metadata: { name: name!, namespace: 'red' }, spec: { gatewayRef, interface: 'nsm-1', address, protocol: 'BGP', bgp } })(objects)
  put('gatewayrouters', { apiVersion: api, kind: 'GatewayRouter', metadata: { name: 'other', namespace: 'red' }, spec: { gatewayRef: { name: 'other-gw' }, interface: 'net9', address: '192.0.2.9', protocol: 'Static' } })(objects)
  put('distributiongroups', { apiVersion: api, kind: 'DistributionGroup', metadata: { name: 'stream1', namespace: 'red' }, spec: { type: 'Maglev', maglev: { maxEndpoints: 100 } } })(objects)
  put('l34routes', {
    apiVersion: api, kind: 'L34Route', metadata: { name: 'flow1', namespace: 'red' },
    spec: { parentRefs: [{ name: 'gw' }], backendRefs: [{ name: 'stream1', kind: 'DistributionGroup' }], destinationCIDRs: ['10.0.0.1/32', '1000::1:a00:1/128'], destinationPorts: ['5000-5003'], protocols: ['TCP'], priority: 1 },
  })(objects)
}

function becomeLoadBalancer2(pod: KubeObject): void {
  const env = [{ name: 'MERIDIO_GATEWAY_NAME', value: 'gw' }, { name: 'MERIDIO_GATEWAY_NAMESPACE' }]
  const gates = ['meridio-2.nordix.org/ipv4-connectivity', 'meridio-2.nordix.org/ipv6-connectivity']
  Object.assign(pod.metadata, { labels: { app: 'sllbr-gw', 'gateway.networking.k8s.io/gateway-name': 'gw', 'app.kubernetes.io/managed-by': 'gateway-controller.meridio-2.nordix.org' } })
  Object.assign(pod, {
    spec: { ...(pod['spec'] as object), readinessGates: gates.map(conditionType => ({ conditionType })), containers: ['loadbalancer', 'router'].map(name => ({ name, image: `example/meridio-2/${name}:v2.0.0`, env })) },
    status: {
      phase: 'Running', podIPs: (pod['status'] as { podIPs: object[] }).podIPs, conditions: [...gates.map(type => ({ type, status: 'True' })), { type: 'Ready', status: 'True' }],
      containerStatuses: ['loadbalancer', 'router'].map(name => ({ name, ready: true, restartCount: 0, image: `example/meridio-2/${name}:v2.0.0`, state: { running: {} } })),
    },
  })
}
