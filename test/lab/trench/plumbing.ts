import { client, conduitLinks, conduitMtu, frontend, gateway, internal4, internal6, macOf, markOf, type Place, podIPs, podOf, pods, proxies, targets, vips } from './topology.ts'

/** `ip -batch` lines that make every veth pair, each end in its own namespace. `netns` gives a place's namespace name. */
export function linkLines(netns: (place: Place) => string): string[] {
  const veth = (mtu: number, a: Place, aInterface: string, b: Place, bInterface: string) => vethLine(netns, mtu, a, aInterface, b, bInterface)
  return [
    veth(1500, 'gw', 'eth1', 'fab', 'f-gw'),
    ...(['lb-1', 'lb-2'] as const).map(lb => veth(1500, lb, frontend.externalInterface, 'fab', `f-${lb}`)),
    veth(1500, 'gw', 'eth2', 'cli', 'eth0'),
    ...conduitLinks.map(link => veth(conduitMtu, link.lb, link.lbInterface, link.proxy, link.proxyInterface)),
    ...targets.map(target => veth(conduitMtu, target.pod, 'nsm-0', target.proxy, target.proxyInterface)),
  ]
}

export function vethLine(netns: (place: Place) => string, mtu: number, a: Place, aInterface: string, b: Place, bInterface: string): string {
  return `link add name ${aInterface} netns ${netns(a)} address ${macOf(a, aInterface)} mtu ${mtu} type veth peer name ${bInterface} netns ${netns(b)} address ${macOf(b, bInterface)} mtu ${mtu}`
}

/** Made before the rest, as the CNI does: the init container's sysctls find eth0 and nothing else. */
export function primaryLinkLines(netns: (place: Place) => string): string[] {
  return pods.map(pod => `link add name eth0 netns ${netns(pod.name)} address ${macOf(pod.name, 'eth0')} type veth peer name v-${pod.name} netns ${netns('k8s')}`)
}

/** Devices that are no veth pairs, per place. */
export function deviceLines(place: Place): string[] {
  if (place === 'k8s') return ['link add cbr0 type bridge']
  if (place === 'fab') return ['link add br-ext type bridge']
  return proxies.some(proxy => proxy === place) ? [`link add bridge0 address ${macOf(place, '-br')} type bridge`] : []
}

/**
 * `ip -batch` lines that bring a place to its healthy state: links up and bridged, addresses, rules, routes (meridio.md §9.1).
 * Safe to run again with `-force`: then only rules say "File exists". Rules have the priorities the kernel gives them in Meridio's order of adding.
 */
export function stateLines(place: Place): string[] {
  switch (place) {
    case 'k8s': return [up('lo'), address('cbr0', '10.244.1.1/24'), address('cbr0', '10.244.2.1/24'), address('cbr0', 'fd00:10:244::1/64'), up('cbr0'),
      ...pods.map(pod => `link set v-${pod.name} master cbr0 up`)]
    case 'fab': return [up('lo'), up('br-ext'), ...['f-gw', 'f-lb-1', 'f-lb-2'].map(port => `link set ${port} master br-ext up`)]
    case 'gw': return [up('lo'), up('eth1'), up('eth2'), address('eth1', `${gateway.v4}/24`), address('eth1', `${gateway.v6}/120`), address('eth2', '192.0.2.1/24'), address('eth2', '2001:db8:c::1/64')]
    case 'cli': return [up('lo'), up('eth0'), address('eth0', `${client.v4}/24`), address('eth0', `${client.v6}/64`), 'route replace default via 192.0.2.1', '-6 route replace default via 2001:db8:c::1']
    default: return [up('lo'), ...primaryLines(place), ...podLines(place)]
  }
}

function primaryLines(place: Place): string[] {
  const pod = podOf.get(place)!
  const [v4, v6] = podIPs(pod)
  return [up('eth0'), address('eth0', `${v4}/24`), address('eth0', `${v6}/64`),
    `route replace default via 10.244.${pod.node}.1`, '-6 route replace default via fd00:10:244::1']
}

function podLines(place: Place): string[] {
  const role = podOf.get(place)!.role
  return role === 'lb' ? balancerLines(place) : role === 'proxy' ? proxyLines(place) : targetLines(place)
}

function balancerLines(place: Place): string[] {
  const number = place === 'lb-1' ? 1 : 2
  return [
    up(frontend.externalInterface), address(frontend.externalInterface, `169.254.101.${number}/24`), address(frontend.externalInterface, `1000::1:a9fe:650${number}/120`),
    ...conduitLinks.filter(link => link.lb === place).flatMap(link => [up(link.lbInterface), ...internalAddresses(link.lbInterface, link.node, link.lbHost)]),
    ...both((family, vip) => [[100, frontend.vipTable], [101, frontend.dropTable]].map(([prio, table]) => `${family} rule add from ${vip} prio ${prio} lookup ${table}`)),
    ...targets.flatMap((target, index) => {
      const mark = markOf(target)
      return both((family, _vip, internal) => [
        `${family} rule add fwmark ${mark} prio ${99 - index} lookup ${mark}`,
        `${family} route replace default via ${internal(target.node, target.host)} table ${mark}`,
      ])
    }),
  ]
}

/** Proxy egress: one table for all VIPs since v1.2.0, with one next hop per load balancer. */
function proxyLines(place: Place): string[] {
  const node = podOf.get(place)!.node
  const ports = [
    ...conduitLinks.filter(link => link.proxy === place).map(link => ({ name: link.proxyInterface, host: link.proxyHost })),
    ...targets.filter(target => target.proxy === place).map(target => ({ name: target.proxyInterface, host: target.proxyHost })),
  ]
  return [
    up('bridge0'), ...internalAddresses('bridge0', node, 1),
    ...ports.flatMap(port => [`link set ${port.name} master bridge0 up`, ...internalAddresses(port.name, node, port.host)]),
    ...both((family, vip, internal) => [
      `${family} rule add from ${vip} prio 32765 lookup 1`,
      `${family} route replace default table 1 ${[2, 4].map(host => `nexthop via ${internal(node, host)} dev bridge0`).join(' ')}`,
    ]),
  ]
}

function targetLines(place: Place): string[] {
  const { node, host } = targets.find(target => target.pod === place)!
  return [
    up('nsm-0'), ...internalAddresses('nsm-0', node, host), address('nsm-0', `${vips.v4}/32`), address('nsm-0', `${vips.v6}/128`),
    ...both((family, vip, internal) => {
      const table = family === '-4' ? 1 : 2
      return [`${family} rule add from ${vip} prio 32765 lookup ${table}`, `${family} route replace default via ${internal(node, 1)} dev nsm-0 onlink table ${table}`]
    }),
  ]
}

const up = (name: string) => `link set ${name} up`
const address = (name: string, prefix: string) => `addr replace ${prefix} ${prefix.includes(':') ? 'nodad' : prefix.endsWith('/32') ? '' : 'brd +'} dev ${name}`
const internalAddresses = (name: string, node: number, host: number) => [address(name, `${internal4(node, host)}/24`), address(name, `${internal6(node, host)}/120`)]

function both(lines: (family: '-4' | '-6', vip: string, internal: (node: number, host: number) => string) => string[]): string[] {
  return [...lines('-4', vips.v4, internal4), ...lines('-6', vips.v6, internal6)]
}

/** What the init container `sysctl-init` sets (meridio.md §3.2), and what a router needs. */
export function sysctlsOf(place: Place): string[] {
  const forwarding = ['net.ipv4.conf.all.forwarding=1', 'net.ipv6.conf.all.forwarding=1', 'net.ipv4.fib_multipath_hash_policy=1', 'net.ipv6.fib_multipath_hash_policy=1']
  const noReversePath = ['net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0']
  if (place === 'gw') return forwarding
  switch (podOf.get(place)?.role) {
    case 'lb': return [...forwarding, ...noReversePath, 'net.ipv4.ip_local_port_range=49152 65535', 'net.ipv4.fwmark_reflect=1', 'net.ipv6.fwmark_reflect=1']
    case 'proxy': return [...forwarding, ...noReversePath, 'net.ipv6.conf.all.accept_dad=0']
    default: return []
  }
}
