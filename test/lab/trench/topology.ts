import { createHash } from 'node:crypto'

/** Addresses, names and identifiers of the recorded trench (test/fixtures/trench, meridio.md §9.1), so that outputs match the recordings; and what other shapes change of them. */
export type Family = 'v4' | 'v6'
/** Of each trench: two never meet, each has its own switch, router and client. */
export const gateway = { v4: '169.254.101.254', v6: '1000::1:a9fe:65fe', asn: 4248829953, port: 10179 } as const
export const client = { v4: '192.0.2.10', v6: '2001:db8:c::10' } as const
export const frontend = { asn: 8103, port: 10179, externalInterface: 'nsm-1', vipTable: 4096, dropTable: 4097 } as const
/** of every conduit interface, as with NSM_MTU=1400 */
export const conduitMtu = 1400

export type PodName = `lb-${1 | 2 | 3 | 4}` | `px-${'a' | 'b' | 'c' | 'd'}` | `tg-${1 | 2 | 3 | 4 | 5}`
/** a network namespace of the lab: a pod, the pod network; of each trench the external switch, the gateway router, the client */
export type Place = PodName | 'k8s' | `${'fab' | 'gw' | 'cli'}${'' | '-blue'}`

export interface LabPod {
  readonly name: PodName
  /** its name in Kubernetes, and its host name */
  readonly podName: string
  readonly role: 'lb' | 'proxy' | 'tapa'
  readonly node: 1 | 2 | 3
  /** last part of eth0's addresses */
  readonly host: number
}

/** One veth pair between a load balancer and a proxy. Hosts are the last part of the node's internal subnet. */
export interface ConduitLink {
  readonly lb: PodName
  readonly lbInterface: string
  readonly lbHost: number
  readonly proxy: PodName
  readonly proxyInterface: string
  readonly proxyHost: number
  readonly node: number
}

export interface Target {
  readonly pod: PodName
  readonly proxy: PodName
  readonly proxyInterface: string
  readonly proxyHost: number
  readonly node: number
  readonly host: number
  /** of the target in NSP; its mark and table are 5000 more, its index in nfqlb one less */
  readonly identifier: number
}

/** One trench of a lab: all that is built for it. */
export interface Topology {
  readonly trench: 'red' | 'blue'
  /** behind the names of its places and resources; the recorded trench has none */
  readonly suffix: '' | '-blue'
  readonly families: readonly Family[]
  readonly vips: Readonly<Record<Family, string>>
  readonly stream: { readonly name: string; readonly flow: string; readonly ports: string; readonly maxTargets: number; readonly shm: string }
  readonly pods: readonly LabPod[]
  readonly conduitLinks: readonly ConduitLink[]
  readonly targets: readonly Target[]
}

const podRows: readonly (readonly [PodName, string, LabPod['role'], 1 | 2])[] = [
  ['lb-1', 'stateless-lb-frontend-attr1-5785674d6-46qjc', 'lb', 1],
  ['lb-2', 'stateless-lb-frontend-attr1-5785674d6-rqn2n', 'lb', 2],
  ['px-a', 'proxy-load-balancer-5slff', 'proxy', 1],
  ['px-b', 'proxy-load-balancer-q6n5n', 'proxy', 2],
  ['tg-1', 'meridio-app-74f796dd77-tg-1', 'tapa', 1],
  ['tg-2', 'meridio-app-74f796dd77-tg-2', 'tapa', 1],
  ['tg-3', 'meridio-app-74f796dd77-tg-3', 'tapa', 2],
  ['tg-4', 'meridio-app-74f796dd77-tg-4', 'tapa', 2],
]

/** The recorded trench. */
export const recordedTrench: Topology = {
  trench: 'red',
  suffix: '',
  families: ['v4', 'v6'],
  vips: { v4: '10.0.0.1', v6: '1000::1:a00:1' },
  stream: { name: 'stream1', flow: 'flow1', ports: '5000-5003', maxTargets: 100, shm: 'tshm-stream1' },
  pods: podRows.map(([name, podName, role, node], index) => ({ name, podName, role, node, host: 11 + index })),
  conduitLinks: [
    { lb: 'lb-1', lbInterface: 'load-balan-27a4', lbHost: 2, proxy: 'px-a', proxyInterface: 'load-balan-90c8', proxyHost: 3, node: 1 },
    { lb: 'lb-1', lbInterface: 'load-balan-274a', lbHost: 2, proxy: 'px-b', proxyInterface: 'load-balan-1b2a', proxyHost: 3, node: 2 },
    { lb: 'lb-2', lbInterface: 'load-balan-f75b', lbHost: 4, proxy: 'px-a', proxyInterface: 'load-balan-d7c4', proxyHost: 5, node: 1 },
    { lb: 'lb-2', lbInterface: 'load-balan-0a17', lbHost: 4, proxy: 'px-b', proxyInterface: 'load-balan-97e3', proxyHost: 5, node: 2 },
  ],
  targets: [
    { pod: 'tg-1', proxy: 'px-a', proxyInterface: 'proxy.load-1f0a', proxyHost: 7, node: 1, host: 6, identifier: 48 },
    { pod: 'tg-2', proxy: 'px-a', proxyInterface: 'proxy.load-52c1', proxyHost: 9, node: 1, host: 8, identifier: 58 },
    { pod: 'tg-3', proxy: 'px-b', proxyInterface: 'proxy.load-77d0', proxyHost: 7, node: 2, host: 6, identifier: 67 },
    { pod: 'tg-4', proxy: 'px-b', proxyInterface: 'proxy.load-c3e9', proxyHost: 9, node: 2, host: 8, identifier: 90 },
  ],
}
export const { pods } = recordedTrench

export const loadBalancersOf = ({ pods }: Topology): PodName[] => pods.filter(({ role }) => role === 'lb').map(({ name }) => name)
/** 1 for the first load balancer: the last part of its external addresses. */
export const numberOf = (topology: Topology, lb: Place): number => loadBalancersOf(topology).findIndex(name => name === lb) + 1
export const externalAddress = (topology: Topology, lb: Place): Record<Family, string> => ({ v4: `169.254.101.${numberOf(topology, lb)}`, v6: `1000::1:a9fe:650${numberOf(topology, lb)}` })
/** The external switch, the gateway router and the client of a trench. */
export const outsideOf = ({ suffix }: Topology): readonly [fab: Place, gw: Place, cli: Place] => [`fab${suffix}`, `gw${suffix}`, `cli${suffix}`]
/** Name of a gateway's resource, and with `NBR-` of its BIRD protocol. */
export const gatewayName = ({ suffix }: Topology, family: Family): string => `gateway${family === 'v4' ? 1 : 2}${suffix}`
export const markOf = (target: Target): number => 5000 + target.identifier

/** Addresses of eth0, IPv4 first. */
export const podIPs = ({ node, host }: LabPod): [string, string] => [`10.244.${node}.${host}`, `fd00:10:244::${host}`]
/** An address of a node's internal subnet, without prefix length: node 1, host 8 → 172.16.1.8 and fd00::ac10:108. */
export const internal: Readonly<Record<Family, (node: number, host: number) => string>> = {
  v4: (node, host) => `172.16.${node}.${host}`,
  v6: (node, host) => `fd00::ac10:${node.toString(16)}${host.toString(16).padStart(2, '0')}`,
}

/** The same MAC address for the same interface in every lab: `02:fe:` as VPP gives them, and four bytes of a hash. */
export function macOf(place: Place, interfaceName: string): string {
  const hash = createHash('md5').update(place + interfaceName).digest('hex')
  return ['02', 'fe', ...hash.slice(0, 8).match(/../g)!].join(':')
}
