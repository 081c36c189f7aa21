import type { TrenchLab } from '../lab.ts'
import { conduitMtu, type Family, internal, type Place, type Topology } from '../topology.ts'
import { type Change, defineFault } from './fault.ts'

/** Faults of links, addresses, neighbours, rules and routes. What only takes something away is healed by bringing the places back to their state. */
export const networkFaults = [
  broken('f02-target-link-down', 'tg-2', ['link set nsm-0 down'], [], ['px-a', 'lb-1', 'lb-2']),
  ...perFamily('f03-fwmark-rule-missing', 'lb-1', ({ flag }) => [`${flag} rule del fwmark 5058 lookup 5058`]),
  ...perFamily('f05-fwmark-route-wrong', 'lb-1', ({ flag, at }) => [`${flag} route replace default via ${at(1, 99)} table 5058`]),
  ...perFamily('f06-lb-stale-neighbour', 'lb-1', ({ at }) => [`neigh replace ${at(1, 8)} lladdr 02:fe:de:ad:be:ef dev load-balan-27a4 nud permanent`], ({ at }) => [`neigh del ${at(1, 8)} dev load-balan-27a4`]),
  ...perFamily('f18-vip-rule-missing', 'lb-1', ({ flag }) => [`${flag} rule del prio 100`, `${flag} rule del prio 101`]),
  ...perFamily('f21-proxy-nexthop-missing', 'px-a', ({ flag, at }) => [`${flag} route replace default table 1 nexthop via ${at(1, 2)} dev bridge0`]),
  ...perFamily('f22-proxy-vip-rule-missing', 'px-a', ({ flag, vip }) => [`${flag} rule del from ${vip} lookup 1`]),
  broken('f23-proxy-port-unbridged', 'px-a', ['link set proxy.load-52c1 nomaster']),
  ...perFamily('f30-target-rule-missing', 'tg-2', ({ flag, vip, table }) => [`${flag} rule del from ${vip} lookup ${table}`]),
  ...perFamily('f31-target-table-empty', 'tg-2', ({ flag, table }) => [`${flag} route flush table ${table}`]),
  ...perFamily('f32-target-stale-gateway-mac', 'tg-2', ({ at }) => [`neigh replace ${at(1, 1)} lladdr 02:fe:00:00:00:01 dev nsm-0 nud permanent`], ({ at }) => [`neigh del ${at(1, 1)} dev nsm-0`]),
  broken('f41-lb-proxy-link-down', 'lb-1', ['link set load-balan-274a down'], [], ['px-b']),
  defineFault('f25-rp-filter-strict', sysctl('lb-1', ['net.ipv4.conf.load-balan-27a4.rp_filter'], 1, 0)),
  defineFault('f42-lb-forwarding-off', sysctl('lb-1', ['net.ipv4.conf.all.forwarding', 'net.ipv6.conf.all.forwarding'], 0, 1)),
  defineFault('f26-mtu-mixed', { inject: lab => setMtus(lab, 1500), heal: lab => setMtus(lab, conduitMtu) }),
  defineFault('f27-duplicate-target-ip', {
    inject: async lab => {
      await lab.ip('tg-4', ['addr del 172.16.2.8/24 dev nsm-0', 'addr add 172.16.2.6/24 dev nsm-0'])
      await forgetNeighbours(lab, 'lb-1', 'lb-2')
    },
    heal: async lab => {
      // the VIP goes too, so that it comes after the address again
      await lab.ip('tg-4', ['addr del 172.16.2.6/24 dev nsm-0', `addr del ${lab.topology.vips.v4}/32 dev nsm-0`], { force: true })
      await lab.restore('tg-4', 'lb-1', 'lb-2', 'px-b')
    },
  }),
  defineFault('f38-bridge-port-blocked', { inject: portState(0), heal: portState(3) }),
  defineFault('f39-bridge-ip-missing', {
    inject: async lab => {
      await lab.ip('px-a', ['addr del 172.16.1.1/24 dev bridge0'])
      await forgetNeighbours(lab, 'tg-1', 'tg-2')
    },
    heal: async lab => {
      // the connected route of the address must be the first of its kind again
      const { conduitLinks, targets } = lab.topology
      const ports = [...conduitLinks.filter(link => link.proxy === 'px-a').map(link => [link.proxyInterface, link.proxyHost]), ...targets.filter(target => target.proxy === 'px-a').map(target => [target.proxyInterface, target.proxyHost])]
      await lab.ip('px-a', ['addr add 172.16.1.1/24 brd + dev bridge0', ...ports.flatMap(([name, host]) => [`addr del 172.16.1.${host}/24 dev ${name}`, `addr add 172.16.1.${host}/24 brd + dev ${name}`])], { force: true })
      await lab.restore('px-a', 'tg-1', 'tg-2')
    },
  }),
  defineFault('f44-proxy-duplicate-bridge-ip', {
    inject: async lab => {
      await lab.link('tg-1', 'nsm-1', 'px-b', 'proxy.load-dup0')
      await lab.ip('tg-1', ['link set nsm-1 up', 'addr add 172.16.1.6/24 brd + dev nsm-1'])
      await lab.ip('px-b', ['link set proxy.load-dup0 master bridge0 up', 'addr add 172.16.1.1/24 dev bridge0'])
    },
    heal: async lab => {
      await lab.ip('tg-1', ['link del nsm-1'], { force: true })
      await lab.ip('px-b', ['addr del 172.16.1.1/24 dev bridge0'], { force: true })
      await lab.restore('tg-1', 'px-b')
    },
  }),
]

/** `undo` takes away what `lines` added; then the place, and `others` that have learned wrong neighbours, are restored. */
function broken(id: string, place: Place, lines: readonly string[], undo: readonly string[] = [], others: readonly Place[] = []) {
  return defineFault(id, {
    inject: lab => lab.ip(place, lines),
    heal: async lab => {
      await lab.ip(place, undo, { force: true })
      await lab.restore(place, ...others)
    },
    mend: async lab => {
      await lab.ip(place, undo, { force: true })
      await lab.mend(place)
    },
  })
}

interface InFamily {
  readonly flag: '-4' | '-6'
  readonly vip: string
  /** a target's table for replies */
  readonly table: 1 | 2
  readonly at: (node: number, host: number) => string
}

/** `broken` in IPv4, as recorded, and its twin in IPv6: f03 and f03v6. */
function perFamily(id: string, place: Place, lines: (family: InFamily) => readonly string[], undo: (family: InFamily) => readonly string[] = () => []) {
  const inFamily = ({ vips }: Topology, family: Family): InFamily => ({ flag: `-${family === 'v4' ? 4 : 6}`, vip: vips[family], table: family === 'v4' ? 1 : 2, at: internal[family] })
  return (['v4', 'v6'] as const).map(family => defineFault(id, {
    family,
    inject: lab => lab.ip(place, lines(inFamily(lab.topology, family))),
    heal: async lab => {
      await lab.ip(place, undo(inFamily(lab.topology, family)), { force: true })
      await lab.restore(place)
    },
    mend: async lab => {
      await lab.ip(place, undo(inFamily(lab.topology, family)), { force: true })
      await lab.mend(place)
    },
  }))
}

/** Some of a place's sysctls, wrong and right. */
export function sysctl(place: Place, keys: readonly string[], bad: number, good: number): { inject: Change; heal: Change } {
  const set = (value: number): Change => async lab => { await lab.run(place, ['sysctl', '-qw', ...keys.map(key => `${key}=${value}`)]) }
  return { inject: set(bad), heal: set(good) }
}

function portState(state: 0 | 3): Change {
  return async lab => { await lab.run('px-a', ['bridge', 'link', 'set', 'dev', 'proxy.load-52c1', 'state', String(state)]) }
}

/** Both ends of the targets' links and of the links within a node, as in the upstream documentation: 1500 there, 1400 to the other node, so 1400 on bridge0. */
async function setMtus(lab: TrenchLab, mtu: number): Promise<void> {
  const { conduitLinks, targets } = lab.topology
  const sameNode = conduitLinks.filter(link => (link.lb === 'lb-1') === (link.node === 1))
  const ends: [Place, string][] = [
    ...sameNode.flatMap((link): [Place, string][] => [[link.lb, link.lbInterface], [link.proxy, link.proxyInterface]]),
    ...targets.flatMap((target): [Place, string][] => [[target.pod, 'nsm-0'], [target.proxy, target.proxyInterface]]),
  ]
  for (const [place, name] of ends) await lab.ip(place, [`link set ${name} mtu ${mtu}`])
}

async function forgetNeighbours(lab: TrenchLab, ...places: readonly Place[]): Promise<void> {
  for (const place of places) await lab.ip(place, ['neigh flush all'])
}
