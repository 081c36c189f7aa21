import { writeFileSync } from 'node:fs'
import { activateArguments, flowSetArguments, initArguments } from '../balancer.ts'
import { gatewayConfig } from '../bird-config.ts'
import { birdConfigFile } from '../daemons.ts'
import type { TrenchLab } from '../lab.ts'
import { nftTables } from '../netfilter.ts'
import { externalAddress, frontend, internal, loadBalancersOf, markOf, type Place, type PodName, type Target, type Topology } from '../topology.ts'
import { freshNfqlb, restartNfqlb, setFlow } from './balancer.ts'
import { type Change, defineOwnFault, type Expected, type Fault } from './fault.ts'
import { sysctl } from './network.ts'
import { restartSessions } from './routing.ts'

/** A target that nobody is. */
const ghost: Target = { pod: 'tg-5', proxy: 'px-a', proxyInterface: 'none', proxyHost: 78, node: 1, host: 77, identifier: 77 }
const crossNodeLinks = ({ conduitLinks }: Topology) => conduitLinks.filter(link => (link.lb === 'lb-1') !== (link.node === 1))

/** Faults that nobody recorded: those that meridio.md §7 and §9.2 tell of, and that happen. */
export const unrecordedFaults: readonly Fault[] = [
  inIPv4('f04-fwmark-table-empty', 'lb-1: the IPv4 table of target 58 is empty', { check: 'L29', pod: 'lb-1' }, 'lb-1', ['-4 route flush table 5058']),
  inIPv4('f20-proxy-nexthop-stale', 'px-a: ECMP still has the next hop of a load balancer that is gone (IPv4)', { check: 'P11', pod: 'px-a' }, 'px-a',
    ['-4 route replace default table 1 nexthop via 172.16.1.2 dev bridge0 nexthop via 172.16.1.4 dev bridge0 nexthop via 172.16.1.44 dev bridge0']),
  inIPv4('f29-target-vip-missing', 'tg-2: the IPv4 VIP is not on nsm-0', { check: 'T03', pod: 'tg-2' }, 'tg-2', ['addr del 10.0.0.1/32 dev nsm-0']),
  inIPv4('f43-foreign-rule-first', 'lb-1: a leftover rule takes the mark of target 58 to an old table (IPv4)', { check: 'L30', pod: 'lb-1' }, 'lb-1',
    ['-4 route replace default via 10.244.1.1 dev eth0 table 5958', '-4 rule add fwmark 5058 prio 10 lookup 5958'], ['-4 rule del fwmark 5058 prio 10 lookup 5958', '-4 route flush table 5958']),
  inIPv4('f28-lb-network-twice', 'lb-1: the network of node 2 is on the interface to px-a, too', { check: 'L35', pod: 'lb-1' }, 'lb-1',
    // of two interfaces with one network the kernel takes the one that had it first, also for routes that are made then
    ['addr add 172.16.2.20/24 brd + dev load-balan-27a4', 'addr del 172.16.2.2/24 dev load-balan-274a', 'addr add 172.16.2.2/24 brd + dev load-balan-274a', '-4 route replace default via 172.16.2.6 table 5067', '-4 route replace default via 172.16.2.8 table 5090'], ['addr del 172.16.2.20/24 dev load-balan-27a4']),
  defineOwnFault('f08-ghost-target', {
    title: 'both LBs: a target that is gone is still active in nfqlb, with its rules and routes', settleMs: 3000, root: { check: 'L30', pod: 'lb-*' },
    inject: onEach(async (lab, lb) => {
      await lab.ip(lb, ghostLines(lab.topology, 'add', 'replace'))
      await lab.nfqlb(lb, ...activateArguments(lab.topology, ghost))
    }),
    heal: onEach(async (lab, lb) => {
      await lab.nfqlb(lb, 'deactivate', `--index=${ghost.identifier - 1}`, `--shm=${lab.topology.stream.shm}`)
      await lab.ip(lb, ghostLines(lab.topology, 'del', 'del'), { force: true })
    }),
  }),
  defineOwnFault('f10-flow-wrong-vip', {
    title: 'both LBs: the flow has another VIP', settleMs: 1000, root: { check: 'L24', pod: 'lb-1,lb-2' },
    inject: lab => setFlow(lab, { ...lab.topology, vips: { v4: '10.0.0.9', v6: '1000::1:a00:9' } }),
    heal: lab => setFlow(lab),
  }),
  defineOwnFault('f24-proxy-forwarding-off', {
    title: 'px-a: forwarding off', settleMs: 3000, root: { check: 'P15', pod: 'px-a' },
    ...sysctl('px-a', ['net.ipv4.conf.all.forwarding', 'net.ipv6.conf.all.forwarding'], 0, 1),
  }),
  defineOwnFault('f33-vip-not-in-queue-set', {
    title: 'lb-1: the IPv4 VIP is not among those given to nfqlb', settleMs: 1000, root: { check: 'L23', pod: 'lb-1' }, family: 'v4',
    inject: async lab => {
      await lab.nft('lb-1', `delete element inet meridio-nfqlb ipv4-vips { ${lab.topology.vips.v4} }`)
      await lab.run('lb-1', ['iptables-legacy', '-t', 'mangle', '-F', 'PREROUTING'])
    },
    heal: async lab => {
      await lab.nft('lb-1', `table inet meridio-nfqlb\ndelete table inet meridio-nfqlb\n${nftTables(lab.topology).nfqlb}`)
      await lab.queueToNfqlb('lb-1')
    },
  }),
  defineOwnFault('f36-fewer-targets-possible', {
    title: 'lb-1: the stream was made for 50 targets, identifiers above cannot be active', settleMs: 1000, root: { check: 'L26', pod: 'lb-1' },
    inject: async lab => {
      const small = { ...lab.topology, stream: { ...lab.topology.stream, maxTargets: 50 }, targets: lab.topology.targets.filter(({ identifier }) => identifier <= 50) }
      await freshNfqlb(lab, 'lb-1')
      for (const words of [initArguments(small), flowSetArguments(small), ...small.targets.map(target => activateArguments(small, target))]) await lab.nfqlb('lb-1', ...words)
    },
    heal: lab => restartNfqlb(lab, 'lb-1'),
  }),
  defineOwnFault('f40-ipv6-address-refused', {
    title: 'lb-2 got the external IPv6 address of lb-1: the kernel found it taken', settleMs: 5000, root: { check: 'X09', pod: 'red' }, family: 'v6',
    inject: lab => lab.ip('lb-2', [`addr del ${externalAddress(lab.topology, 'lb-2').v6}/120 dev ${frontend.externalInterface}`, `addr add ${externalAddress(lab.topology, 'lb-1').v6}/120 dev ${frontend.externalInterface}`]),
    heal: async lab => {
      await lab.ip('lb-2', [`addr del ${externalAddress(lab.topology, 'lb-1').v6}/120 dev ${frontend.externalInterface}`], { force: true })
      await lab.restore('lb-2', 'gw')
      await restartSessions(lab, loadBalancersOf(lab.topology), ['v6'])
    },
  }),
  defineOwnFault('f45-no-default-announced', {
    title: 'the gateway announces no default route', settleMs: 3000, root: { check: 'L09', pod: 'lb-1,lb-2' },
    inject: atGateway(text => text.replaceAll('export filter only_default', 'export none')),
    heal: atGateway(),
  }),
  defineOwnFault('g01-nodes-cut-off', {
    title: 'nothing passes between the nodes (VXLAN is filtered); all links have carrier', settleMs: 6000, root: { check: 'X04', pod: 'red' },
    inject: async lab => {
      for (const { lb, lbInterface, proxy, proxyInterface } of crossNodeLinks(lab.topology)) for (const [place, name] of [[lb, lbInterface], [proxy, proxyInterface]] as const) {
        await lab.nft(place, `add table netdev cut\nadd chain netdev cut c { type filter hook ingress device "${name}" priority 0; policy drop; }`)
        await lab.ip(place, ['neigh flush all'])
      }
    },
    heal: async lab => {
      for (const { lb, proxy } of crossNodeLinks(lab.topology)) for (const place of [lb, proxy]) await lab.nft(place, 'delete table netdev cut')
      await lab.restore(...lab.topology.pods.filter(({ role }) => role !== 'tapa').map(({ name }) => name))
    },
  }),
  defineOwnFault('g02-bgp-password-wrong', {
    title: 'the gateway asks lb-1 for a BGP password (IPv4)', settleMs: 6000, root: { check: 'L06', pod: 'lb-1' }, family: 'v4',
    inject: atGateway((text, topology) => text.replace(`neighbor ${externalAddress(topology, 'lb-1').v4} `, neighbour => `password "of the gateway"; ${neighbour}`)),
    heal: atGateway(),
  }),
]

/** In IPv4 only, at one place. `undo` takes away what `lines` added; then the place is brought back to its state. */
function inIPv4(id: string, title: string, root: Expected, place: Place, lines: readonly string[], undo: readonly string[] = []): Fault {
  return defineOwnFault(id, {
    title, root, settleMs: 3000, family: 'v4',
    inject: lab => lab.ip(place, lines),
    heal: async lab => {
      await lab.ip(place, undo, { force: true })
      await lab.restore(place)
    },
  })
}

function onEach(change: (lab: TrenchLab, lb: PodName) => Promise<void>): Change {
  return async lab => { for (const lb of loadBalancersOf(lab.topology)) await change(lab, lb) }
}

function ghostLines({ families }: Topology, rule: 'add' | 'del', route: 'replace' | 'del'): string[] {
  const mark = markOf(ghost)
  return families.flatMap(family => [`-${family[1]} rule ${rule} fwmark ${mark} prio 90 lookup ${mark}`, `-${family[1]} route ${route} default via ${internal[family](ghost.node, ghost.host)} table ${mark}`])
}

/** The gateway's BIRD with another configuration, or its own; sessions that must be made anew for it are. */
function atGateway(change: (text: string, topology: Topology) => string = text => text): Change {
  return async lab => {
    writeFileSync(birdConfigFile(lab.record, 'gw'), change(gatewayConfig(lab.topology), lab.topology))
    await lab.birdc('gw', 'configure')
    await restartSessions(lab)
  }
}
