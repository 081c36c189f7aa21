import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { cluster, each, type Values } from '#judge/check.ts'
import type { CapturePoint, Path, PathProfile } from '#judge/profile.ts'
import { paramsOf } from '#judge/reads.ts'
import { clusterSubject, type Subject, subjectKey } from '#judge/subject.ts'
import { type World, worldOf } from '#judge/world.ts'
import type { TrenchConfig } from './facts/config-types.ts'
import { bridgeFdb } from './facts/transcripts.ts'
import { trenchConfig } from './facts/trench-config.ts'
import { canonicalAddress, canonicalPrefix, families } from './lib/address.ts'
import { externalInterface } from './lib/expected.ts'
import { conduitLinks, proxyPorts } from './lib/interfaces.ts'
import { defaultRoute } from './lib/routes.ts'
import { streamLinks } from './lib/target.ts'

const reads = {
  config: cluster(trenchConfig),
  lbLinks: each('lb', ipLinks), lbAddresses: each('lb', ipAddresses), lbRoutes: each('lb', ipRoutes),
  fdb: each('proxy', bridgeFdb), proxyLinks: each('proxy', ipLinks), proxyAddresses: each('proxy', ipAddresses), proxyRoutes: each('proxy', ipRoutes),
  tapaLinks: each('tapa', ipLinks), tapaAddresses: each('tapa', ipAddresses), tapaRoutes: each('tapa', ipRoutes),
}

/**
 * gateway → LB/FE's external interface → its interface to a proxy → the proxy's port towards the LB → its port towards the target → the target's nsm interface
 * (meridio.md §0). `aside` is the primary interface of each pod: a packet of a VIP that leaves there has lost its rule or route.
 */
export const path: PathProfile = {
  places: [
    { name: 'external', request: 'in', routed: true }, { name: 'conduit', request: 'out', routed: true },
    { name: 'proxy-lb', request: 'in', routed: false }, { name: 'proxy-target', request: 'out', routed: false },
    { name: 'target', request: 'in', routed: true },
  ],
  reads,
  points: snapshot => {
    const world = worldOf(snapshot)
    const config = configOf(world)
    const pods = snapshot.trench.pods.map(pod => ({ pod, sight: sightOf(world, pod) }))
    const interfaces = pods.flatMap(({ pod, sight }) => sight?.links.data.flatMap(link => (link.address === undefined || link.type !== 'ether' ? [] : [{ pod: subjectKey(pod), interface: link.name, mac: link.address }])) ?? [])
    const farEnd = farEndsOf(world, interfaces)
    return {
      points: pods.flatMap(({ pod, sight }) => (sight && config ? pointsOf(pod, sight, config).map(point => ({ ...point, ...farEnd(point) })) : [])),
      vips: config?.data.vips.map(vip => vip.address) ?? [],
      portNats: config ? portNatsOf(config.data) : [],
      names: config ? namesOf(config.data, pods.flatMap(({ pod, sight }) => (sight ? [{ pod, sight }] : []))) : [],
      interfaces,
      unseen: [
        ...pods.flatMap(({ pod, sight }) => (sight ? [] : [{ pod: subjectKey(pod), reason: reasonOf(world, pod) }])),
        ...(config ? [] : [{ pod: 'cluster', reason: 'the configuration of the trench could not be read' }]),
      ],
    }
  },
}

type Sight = NonNullable<ReturnType<typeof sightOf>>
type Config = Values<typeof reads>['config']

function sightOf(world: World, pod: Subject) {
  const [links, addresses, routes] = [ipLinks, ipAddresses, ipRoutes].map(fact => world.see(pod, fact, {})).map(seen => ('observed' in seen ? seen.observed : undefined))
  if (!links || !addresses || !routes) return undefined
  return { links, addresses, routes } as { links: Values<typeof reads>['lbLinks'][number]; addresses: Values<typeof reads>['lbAddresses'][number]; routes: Values<typeof reads>['lbRoutes'][number] }
}

function configOf(world: World): Config | undefined {
  const seen = world.see(clusterSubject(world.snapshot.trench), trenchConfig, paramsOf(reads.config, world))
  return 'observed' in seen ? (seen.observed as unknown as Config) : undefined
}

function reasonOf(world: World, pod: Subject): string {
  return [ipLinks, ipAddresses, ipRoutes].map(fact => world.see(pod, fact, {})).flatMap(seen => ('error' in seen ? [seen.error.message] : []))[0] ?? 'not seen'
}

function pointsOf(pod: Subject, sight: Sight, config: Config): CapturePoint[] {
  const { links, addresses, routes } = sight
  const point = (place: string) => ({ name, address }: { readonly name: string; readonly address?: string }): CapturePoint => ({
    subject: pod, interface: name, place,
    ...(address !== undefined && { mac: address }),
    addresses: addresses.data.filter(row => row.interface === name).map(row => `${row.address}/${row.prefixLength}`),
  })
  const along = placesOf(pod, sight, config).flatMap(({ place, found }) => found.map(point(place)))
  const primary = new Set(families.flatMap(family => defaultRoute(routes.data, family, 'main')?.dev ?? []))
  const aside = links.data.filter(({ name }) => primary.has(name) && !along.some(other => other.interface === name))
  return [...along, ...aside.map(point('aside'))]
}

function placesOf(pod: Subject, { links, addresses }: Sight, config: Config): { readonly place: string; readonly found: readonly Sight['links']['data'][number][] }[] {
  if (pod.role === 'lb') {
    const external = externalInterface(config, pod)
    return [{ place: 'external', found: links.data.filter(({ name }) => name === external) }, { place: 'conduit', found: conduitLinks(links.data, pod) }]
  }
  if (pod.role === 'proxy') {
    const { toLoadBalancers, toTargets } = proxyPorts(links.data, pod)
    return [{ place: 'proxy-lb', found: toLoadBalancers }, { place: 'proxy-target', found: toTargets }]
  }
  return [{ place: 'target', found: streamLinks({ config, links, addresses }) }]
}

/** Where a proxy's ports lead, by the MAC addresses its bridge has learnt behind each. */
function farEndsOf(world: World, interfaces: Path['interfaces']): (point: CapturePoint) => { readonly leadsTo?: string } {
  return ({ subject, interface: name }) => {
    if (subject.role !== 'proxy') return {}
    const seen = world.see(subject, bridgeFdb, {})
    const learnt = 'observed' in seen ? (seen.observed.data as Values<typeof reads>['fdb'][number]['data']) : []
    const owner = interfaces.find(({ pod, mac }) => pod !== subjectKey(subject) && learnt.some(row => row.port === name && row.mac === mac))
    return owner ? { leadsTo: owner.pod } : {}
  }
}

/** A port-NAT names VIPs by resource or by prefix. */
function portNatsOf({ conduits, vips }: TrenchConfig): Path['portNats'] {
  return conduits.flatMap(conduit => conduit.portNats.flatMap(({ port, targetPort, protocol, vips: named }) =>
    vips.filter(vip => named.includes(vip.name) || named.some(prefix => canonicalPrefix(prefix) === vip.prefix)).map(vip => ({ vip: vip.address, protocol, port, targetPort }))))
}

/** VIPs, gateways, and the addresses of pods that are no VIP. */
function namesOf({ vips, gateways }: TrenchConfig, pods: readonly { readonly pod: Subject; readonly sight: Sight }[]): Path['names'] {
  const vipAddresses = new Set(vips.map(vip => vip.address))
  const own = pods.flatMap(({ pod, sight }) => sight.addresses.data.filter(row => row.scope === 'global').map(row => ({ address: canonicalAddress(row.address), name: `${pod.name}.${row.interface}` })))
  const all = [
    ...vips.map(({ address, name }) => ({ address, name: `${name}.vip` })),
    ...gateways.map(({ address, name }) => ({ address: canonicalAddress(address), name: `${name}.gateway` })),
    ...own.filter(({ address }) => !vipAddresses.has(address)),
  ]
  return [...Map.groupBy(all, ({ address }) => address)].map(([address, named]) => ({ address, names: [...new Set(named.map(({ name }) => name))] }))
}
