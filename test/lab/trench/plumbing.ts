import { podAt, podsOf, type Shape, topologyAt } from './shapes.ts'
import { client, conduitMtu, externalAddress, type Family, frontend, gateway, internal, loadBalancersOf, macOf, markOf, outsideOf, type Place, podIPs, type Topology } from './topology.ts'

/** `ip -batch` lines that make every veth pair, each end in its own namespace. `netns` gives a place's namespace name. */
export function linkLines(shape: Shape, netns: (place: Place) => string): string[] {
  const veth = (mtu: number, a: Place, aInterface: string, b: Place, bInterface: string) => vethLine(netns, mtu, a, aInterface, b, bInterface)
  return shape.flatMap(topology => {
    const [fab, gw, cli] = outsideOf(topology)
    return [
      veth(1500, gw, 'eth1', fab, 'f-gw'),
      ...loadBalancersOf(topology).map(lb => veth(1500, lb, frontend.externalInterface, fab, `f-${lb}`)),
      veth(1500, gw, 'eth2', cli, 'eth0'),
      ...topology.conduitLinks.map(link => veth(conduitMtu, link.lb, link.lbInterface, link.proxy, link.proxyInterface)),
      ...topology.targets.map(target => veth(conduitMtu, target.pod, 'nsm-0', target.proxy, target.proxyInterface)),
    ]
  })
}

export function vethLine(netns: (place: Place) => string, mtu: number, a: Place, aInterface: string, b: Place, bInterface: string): string {
  return `link add name ${aInterface} netns ${netns(a)} address ${macOf(a, aInterface)} mtu ${mtu} type veth peer name ${bInterface} netns ${netns(b)} address ${macOf(b, bInterface)} mtu ${mtu}`
}

/** Made before the rest, as the CNI does: the init container's sysctls find eth0 and nothing else. */
export function primaryLinkLines(shape: Shape, netns: (place: Place) => string): string[] {
  return podsOf(shape).map(pod => `link add name eth0 netns ${netns(pod.name)} address ${macOf(pod.name, 'eth0')} type veth peer name v-${pod.name} netns ${netns('k8s')}`)
}

/** Devices that are no veth pairs, per place. */
export function deviceLines(shape: Shape, place: Place): string[] {
  if (place === 'k8s') return ['link add cbr0 type bridge']
  if (place === outsideOf(topologyAt(shape, place))[0]) return ['link add br-ext type bridge']
  return podAt(shape, place)?.role === 'proxy' ? [`link add bridge0 address ${macOf(place, '-br')} type bridge`] : []
}

/**
 * `ip -batch` lines that bring a place to its healthy state: links up and bridged, addresses, rules, routes (meridio.md §9.1).
 * Safe to run again with `-force`: then only rules say "File exists". Rules have the priorities the kernel gives them in Meridio's order of adding.
 */
export function stateLines(shape: Shape, place: Place): string[] {
  if (place === 'k8s') {
    const nodes = [...new Set(podsOf(shape).map(({ node }) => node))]
    return [up('lo'), ...nodes.map(node => address('cbr0', `10.244.${node}.1/24`)), address('cbr0', 'fd00:10:244::1/64'), up('cbr0'), ...podsOf(shape).map(pod => `link set v-${pod.name} master cbr0 up`)]
  }
  const topology = topologyAt(shape, place)
  const [fab, gw, cli] = outsideOf(topology)
  switch (place) {
    case fab: return [up('lo'), up('br-ext'), ...['f-gw', ...loadBalancersOf(topology).map(lb => `f-${lb}`)].map(port => `link set ${port} master br-ext up`)]
    case gw: return [up('lo'), up('eth1'), up('eth2'), address('eth1', `${gateway.v4}/24`), address('eth1', `${gateway.v6}/120`), address('eth2', '192.0.2.1/24'), address('eth2', '2001:db8:c::1/64')]
    case cli: return [up('lo'), up('eth0'), address('eth0', `${client.v4}/24`), address('eth0', `${client.v6}/64`), 'route replace default via 192.0.2.1', '-6 route replace default via 2001:db8:c::1']
    default: return [up('lo'), ...primaryLines(shape, place), ...podLines(topology, shape, place)]
  }
}

function primaryLines(shape: Shape, place: Place): string[] {
  const pod = podAt(shape, place)!
  const [v4, v6] = podIPs(pod)
  return [up('eth0'), address('eth0', `${v4}/24`), address('eth0', `${v6}/64`),
    `route replace default via 10.244.${pod.node}.1`, '-6 route replace default via fd00:10:244::1']
}

function podLines(topology: Topology, shape: Shape, place: Place): string[] {
  const { role, node } = podAt(shape, place)!
  return role === 'lb' ? balancerLines(topology, place) : role === 'proxy' ? proxyLines(topology, place, node) : targetLines(topology, place)
}

function balancerLines(topology: Topology, place: Place): string[] {
  const { families, vips, conduitLinks, targets } = topology
  const external = externalAddress(topology, place)
  return [
    up(frontend.externalInterface), ...families.map(family => address(frontend.externalInterface, `${external[family]}/${family === 'v4' ? 24 : 120}`)),
    ...conduitLinks.filter(link => link.lb === place).flatMap(link => [up(link.lbInterface), ...internalAddresses(topology, link.lbInterface, link.node, link.lbHost)]),
    ...families.flatMap(family => [[100, frontend.vipTable], [101, frontend.dropTable]].map(([prio, table]) => `${flag(family)} rule add from ${vips[family]} prio ${prio} lookup ${table}`)),
    ...targets.flatMap((target, index) => {
      const mark = markOf(target)
      return families.flatMap(family => [
        `${flag(family)} rule add fwmark ${mark} prio ${99 - index} lookup ${mark}`,
        `${flag(family)} route replace default via ${internal[family](target.node, target.host)} table ${mark}`,
      ])
    }),
  ]
}

/** Proxy egress: one table for all VIPs since v1.2.0, with one next hop per load balancer. */
function proxyLines(topology: Topology, place: Place, node: number): string[] {
  const { families, vips, targets } = topology
  const links = topology.conduitLinks.filter(link => link.proxy === place)
  const ports = [
    ...links.map(link => ({ name: link.proxyInterface, host: link.proxyHost })),
    ...targets.filter(target => target.proxy === place).map(target => ({ name: target.proxyInterface, host: target.proxyHost })),
  ]
  return [
    up('bridge0'), ...internalAddresses(topology, 'bridge0', node, 1),
    ...ports.flatMap(port => [`link set ${port.name} master bridge0 up`, ...internalAddresses(topology, port.name, node, port.host)]),
    ...families.flatMap(family => [
      `${flag(family)} rule add from ${vips[family]} prio 32765 lookup 1`,
      `${flag(family)} route replace default table 1 ${links.map(link => `nexthop via ${internal[family](node, link.lbHost)} dev bridge0`).join(' ')}`,
    ]),
  ]
}

function targetLines(topology: Topology, place: Place): string[] {
  const { families, vips } = topology
  const { node, host } = topology.targets.find(target => target.pod === place)!
  return [
    up('nsm-0'), ...internalAddresses(topology, 'nsm-0', node, host), ...families.map(family => address('nsm-0', `${vips[family]}/${family === 'v4' ? 32 : 128}`)),
    ...families.flatMap(family => {
      const table = family === 'v4' ? 1 : 2
      return [`${flag(family)} rule add from ${vips[family]} prio 32765 lookup ${table}`, `${flag(family)} route replace default via ${internal[family](node, 1)} dev nsm-0 onlink table ${table}`]
    }),
  ]
}

const up = (name: string) => `link set ${name} up`
const flag = (family: Family) => `-${family[1]}`
const address = (name: string, prefix: string) => `addr replace ${prefix} ${prefix.includes(':') ? 'nodad' : prefix.endsWith('/32') ? '' : 'brd +'} dev ${name}`
const internalAddresses = ({ families }: Topology, name: string, node: number, host: number) => families.map(family => address(name, `${internal[family](node, host)}/${family === 'v4' ? 24 : 120}`))

/** What the init container `sysctl-init` sets (meridio.md §3.2), and what a router needs. */
export function sysctlsOf(shape: Shape, place: Place): string[] {
  const forwarding = ['net.ipv4.conf.all.forwarding=1', 'net.ipv6.conf.all.forwarding=1', 'net.ipv4.fib_multipath_hash_policy=1', 'net.ipv6.fib_multipath_hash_policy=1']
  const noReversePath = ['net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0']
  if (place.startsWith('gw')) return forwarding
  switch (podAt(shape, place)?.role) {
    case 'lb': return [...forwarding, ...noReversePath, 'net.ipv4.ip_local_port_range=49152 65535', 'net.ipv4.fwmark_reflect=1', 'net.ipv6.fwmark_reflect=1']
    case 'proxy': return [...forwarding, ...noReversePath, 'net.ipv6.conf.all.accept_dad=0']
    default: return []
  }
}
