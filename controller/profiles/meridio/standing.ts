import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import type { About } from '#judge/check.ts'
import type { Standing } from '#judge/profile.ts'
import type { Snapshot } from '#judge/snapshot.ts'
import { type Role, type Subject, subjectKey } from '#judge/subject.ts'
import { type World, worldOf } from '#judge/world.ts'
import { canonicalAddress, families, type Family, within } from './lib/address.ts'
import { conduitLinks, globalAddresses } from './lib/interfaces.ts'
import { targetWays } from './lib/lb-targets.ts'
import { look, lookAtConfig } from './lib/look.ts'
import { bridgePrefixes } from './lib/near.ts'
import { foreignInterfaces } from './lib/target.ts'

/**
 * Where a finding stands on the path of a packet. A target is its pod, whether an LB names it by address or mark or the pod speaks of itself;
 * it also stands at the proxy of its node. A conduit interface of an LB stands at the proxy it leads to, and so does that proxy's port.
 * A finding of the trench about an address stands at the pods that hold it, one about two nodes on the way between them.
 */
export function standingOf(snapshot: Snapshot): (subject: Subject, about: About) => Standing {
  const world = worldOf(snapshot)
  const pods = new Map(world.pods('tapa').map(pod => [subjectKey(pod), pod]))
  const names = targetNames(world)
  const conduits = conduitPlaces(world)
  return (subject, about) => {
    const target = subject.role === 'tapa' ? subjectKey(subject) : about.target === undefined ? undefined : (names(about.target, subject) ?? about.target)
    const pod = target === undefined ? undefined : pods.get(target)
    const proxies = pod ? world.pods('proxy').filter(({ node }) => node === pod.node).map(subjectKey) : []
    const owners = subject.role === 'trench' && about.address !== undefined ? holders(world, about.address) : []
    const across = subject.role === 'trench' && about.node !== undefined ? [`nodes ${about.node}`] : pod && subject.role === 'lb' ? betweenNodes(subject, pod) : []
    return { about: target === undefined ? about : { ...about, target }, ...(rows.has(subject.role) && { row: subject.role }), places: [...(pod && target !== undefined ? [target] : []), ...proxies, ...conduits(subject, about), ...owners, ...across] }
  }
}

/** The way between the nodes of two pods, where these are two. */
function betweenNodes({ node }: Subject, other: Subject): readonly string[] {
  return node === other.node ? [] : [`nodes ${[node, other.node].sort().join(' ')}`]
}

/** A packet passes one pod of each. */
const rows: ReadonlySet<Role> = new Set(['lb', 'proxy', 'tapa'])

function holders(world: World, address: string): readonly string[] {
  return world.snapshot.trench.pods.filter(pod => look(world, pod, ipAddresses)?.data.some(row => canonicalAddress(row.address) === canonicalAddress(address))).map(subjectKey)
}

/**
 * Target pods by every name others have for them: own addresses, and what load balancers keep beside one of these, the mark (its meaning is
 * each load balancer's own) and the other family's address. A target has one identifier in a stream, whichever load balancer tells it.
 */
function targetNames(world: World): (about: string, lb: Subject) => string | undefined {
  const config = lookAtConfig(world)?.data
  const owners = new Map(world.pods('tapa').flatMap(pod => {
    const addresses = look(world, pod, ipAddresses)
    // two trenches of a namespace have the same addresses by default, on one pod perhaps
    const foreign = addresses && config ? foreignInterfaces(addresses, config) : new Set<string>()
    return (addresses?.data ?? []).filter(row => isOwn(row) && !foreign.has(row.interface)).map(row => [canonicalAddress(row.address), subjectKey(pod)] as const)
  }))
  const known = world.pods('lb').flatMap(lb => {
    const [streams, rules, routes] = [look(world, lb, nfqlbStreams), look(world, lb, ipRules), look(world, lb, ipRoutes)]
    if (!streams || !rules || !routes) return []
    const indexes = new Map(streams.data.flatMap(stream => (stream.error === undefined ? stream.active.map(({ fwmark, index }) => [`${stream.stream} ${fwmark}`, index]) : [])))
    return targetWays(streams.data, rules.data, routes.data, families).map(({ stream, fwmark, target }) =>
      ({ identity: `${lb.traits['conduit']} ${stream} ${indexes.get(`${stream} ${fwmark}`)}`, mark: `${subjectKey(lb)} ${fwmark}`, address: canonicalAddress(target) }))
  })
  const names = new Map(owners)
  for (const entries of Map.groupBy(known, ({ identity }) => identity).values()) {
    const owner = entries.map(({ address }) => owners.get(address)).find(name => name !== undefined)
    if (owner === undefined) continue
    for (const { mark, address } of entries) for (const name of [mark, address]) if (!names.has(name)) names.set(name, owner)
  }
  return (about, lb) => names.get(canonicalAddress(about)) ?? names.get(`${subjectKey(lb)} ${about}`)
}

/** Not a VIP, which many targets have, and not of the host itself. */
function isOwn({ interface: name, scope, family, prefixLength }: { readonly interface: string; readonly scope: string; readonly family: Family; readonly prefixLength: number }): boolean {
  return name !== 'lo' && scope === 'global' && prefixLength !== (family === 'IPv4' ? 32 : 128)
}

/**
 * Where load balancers and proxies meet. A load balancer's interface, or its network, stands at the proxy it leads to (`conduit PROXY`) and, as one of its
 * links, at `PROXY to LB`. A proxy does not tell which of its ports leads to which load balancer, but a next hop is the address of one.
 */
function conduitPlaces(world: World): (subject: Subject, about: About) => readonly string[] {
  const bridges = world.pods('proxy').flatMap(proxy => bridgeOf(world, proxy).map(prefix => ({ proxy: subjectKey(proxy), prefix })))
  const lbs = world.pods('lb').map(lb => ({ lb, addresses: conduitAddresses(world, lb) }))
  return (subject, about) => {
    const name = about.interface
    if (subject.role === 'proxy') {
      const { gateway } = about
      const owner = gateway === undefined ? undefined : lbs.find(({ addresses }) => addresses.some(row => canonicalAddress(row.address) === canonicalAddress(gateway)))?.lb
      if (owner) return [`${subjectKey(subject)} to ${subjectKey(owner)}`, ...betweenNodes(subject, owner)]
      return name === undefined || name.startsWith(subject.traits['lbPrefix'] ?? '\0') ? [`conduit ${subjectKey(subject)}`] : []
    }
    if (subject.role !== 'lb' || (name === undefined && about.address === undefined)) return []
    const rows = conduitAddresses(world, subject).filter(row => (name === undefined ? within(row.address, about.address ?? '') : row.interface === name))
    return bridges.filter(({ prefix }) => rows.some(row => within(row.address, prefix))).flatMap(({ proxy }) => [`conduit ${proxy}`, `${proxy} to ${subjectKey(subject)}`])
  }
}

function bridgeOf(world: World, proxy: Subject): readonly string[] {
  const addresses = look(world, proxy, ipAddresses)
  return addresses ? bridgePrefixes(addresses) : []
}

function conduitAddresses(world: World, lb: Subject): readonly { readonly interface: string; readonly address: string }[] {
  const rows = globalAddresses(look(world, lb, ipAddresses)?.data ?? [])
  const names = new Set(conduitLinks(rows.map(row => ({ name: row.interface })), lb).map(({ name }) => name))
  return rows.filter(row => names.has(row.interface))
}
