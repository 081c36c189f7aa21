import { type ConduitLink, type LabPod, loadBalancersOf, outsideOf, type Place, type PodName, recordedTrench, type Topology } from './topology.ts'

const thirdNode: readonly LabPod[] = [
  { name: 'lb-3', podName: 'stateless-lb-frontend-attr1-5785674d6-t7w4k', role: 'lb', node: 3, host: 19 },
  { name: 'px-c', podName: 'proxy-load-balancer-z2m9x', role: 'proxy', node: 3, host: 20 },
]

/** Between a node's proxy and a load balancer, in what is left free by the recorded addresses. */
const link = (lb: PodName, lbHost: number, proxy: PodName, node: number): ConduitLink =>
  ({ lb, lbInterface: `load-balan-${lb.at(-1)}${proxy.at(-1)}01`, lbHost, proxy, proxyInterface: `load-balan-${proxy.at(-1)}${lb.at(-1)}02`, proxyHost: lbHost + 1, node })

const blue: Topology = {
  ...recordedTrench,
  trench: 'blue',
  suffix: '-blue',
  vips: { v4: '10.0.0.2', v6: '1000::1:a00:2' },
  stream: { ...recordedTrench.stream, name: 'stream1-blue', flow: 'flow1-blue', shm: 'tshm-stream1-blue' },
  pods: [
    { name: 'lb-4', podName: 'stateless-lb-frontend-attr1-blue-5785674d6-x8kzp', role: 'lb', node: 1, host: 31 },
    { name: 'px-d', podName: 'proxy-load-balancer-blue-k4w2t', role: 'proxy', node: 1, host: 32 },
    { name: 'tg-5', podName: 'meridio-app-blue-74f796dd77-tg-5', role: 'tapa', node: 1, host: 33 },
  ],
  conduitLinks: [link('lb-4', 2, 'px-d', 1)],
  // address and identifier of tg-1: trenches share nothing, and their pools are the same by default (meridio.md §2.4)
  targets: [{ pod: 'tg-5', proxy: 'px-d', proxyInterface: 'proxy.load-9b3e', proxyHost: 7, node: 1, host: 6, identifier: 48 }],
}

/** What `startTrench` can build: one trench, or two in one namespace. */
export const shapes = {
  standard: [recordedTrench],
  'single-lb': [{ ...recordedTrench, pods: recordedTrench.pods.filter(({ name }) => name !== 'lb-2'), conduitLinks: recordedTrench.conduitLinks.filter(({ lb }) => lb !== 'lb-2') }],
  // a third node: two load balancers of an attractor never share one, and every node has a proxy
  'three-lb': [{
    ...recordedTrench,
    pods: [...recordedTrench.pods, ...thirdNode],
    conduitLinks: [...recordedTrench.conduitLinks, link('lb-3', 10, 'px-a', 1), link('lb-3', 10, 'px-b', 2), link('lb-1', 2, 'px-c', 3), link('lb-2', 4, 'px-c', 3), link('lb-3', 10, 'px-c', 3)],
  }],
  'ipv6-only': [{ ...recordedTrench, families: ['v6'] }],
  'two-trenches': [recordedTrench, blue],
} as const satisfies Readonly<Record<string, readonly [Topology, ...Topology[]]>>
export type ShapeName = keyof typeof shapes
export type Shape = readonly [Topology, ...Topology[]]

export const shapeNames = Object.keys(shapes) as readonly ShapeName[]
/** @throws {RangeError} when there is none of that name, naming those there are */
export function shapeNamed(name: string): ShapeName {
  const found = shapeNames.find(known => known === name)
  if (found === undefined) throw new RangeError(`no shape ${name}; there are ${shapeNames.join(', ')}`)
  return found
}
export const shapeOf = ({ shape }: { readonly shape: ShapeName }): Shape => shapes[shape]

/** Pods of every shape: who a name is. */
export const knownPods: readonly LabPod[] = [...recordedTrench.pods, ...thirdNode, ...blue.pods]

export const podsOf = (shape: Shape): readonly LabPod[] => shape.flatMap(({ pods }) => pods)
export const podAt = (shape: Shape, place: Place): LabPod | undefined => podsOf(shape).find(({ name }) => name === place)
export const placesOf = (shape: Shape): readonly Place[] => ['k8s', ...shape.flatMap(topology => [...outsideOf(topology), ...topology.pods.map(({ name }) => name)])]
/** places with a file system of their own: pods, and the gateway routers */
export const sandboxedOf = (shape: Shape): readonly Place[] => shape.flatMap(topology => [...topology.pods.map(({ name }) => name), outsideOf(topology)[1]])
/** Names of the nodes: `worker1` … */
export const nodesOf = (shape: Shape): readonly string[] => [...new Set(podsOf(shape).map(({ node }) => node))].sort().map(number => `worker${number}`)

/** The trench a place belongs to; the pod network is every trench's. */
export function topologyAt(shape: Shape, place: Place): Topology {
  const found = shape.find(topology => topology.pods.some(({ name }) => name === place) || outsideOf(topology).includes(place))
  if (!found) throw new Error(`no trench of the lab has ${place}`)
  return found
}

/** Places of the standard shape. */
export const places = placesOf(shapes.standard)
export const loadBalancersIn = (shape: Shape): readonly PodName[] => shape.flatMap(loadBalancersOf)
