import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import type { About } from '#judge/check.ts'
import type { Standing } from '#judge/profile.ts'
import type { Snapshot } from '#judge/snapshot.ts'
import { type Subject, subjectKey } from '#judge/subject.ts'
import { type World, worldOf } from '#judge/world.ts'
import { canonicalAddress, families, within } from './lib/address.ts'
import { bridgeName, conduitLinks } from './lib/interfaces.ts'
import { targetWays } from './lib/lb-targets.ts'
import { look } from './lib/look.ts'

/**
 * Where a finding stands on the path of a packet. A target is its pod, whether an LB names it by address or mark or the pod speaks of itself;
 * it also stands at the proxy of its node. A conduit interface of an LB stands at the proxy it leads to, and so does that proxy's port.
 * A finding of the trench about an address stands at the pods that hold it.
 */
export function standingOf(snapshot: Snapshot): (subject: Subject, about: About) => Standing {
  const world = worldOf(snapshot)
  const pods = new Map(world.pods('tapa').map(pod => [subjectKey(pod), pod]))
  const names = targetNames(world)
  const conduits = conduitPlaces(world)
  return (subject, about) => {
    const target = subject.role === 'tapa' ? subjectKey(subject) : about.target === undefined ? undefined : (names.get(canonicalAddress(about.target)) ?? about.target)
    const pod = target === undefined ? undefined : pods.get(target)
    const proxies = pod ? world.pods('proxy').filter(({ node }) => node === pod.node).map(subjectKey) : []
    const owners = subject.role === 'trench' && about.address !== undefined ? holders(world, about.address) : []
    return { about: target === undefined ? about : { ...about, target }, places: [...(pod && target !== undefined ? [target] : []), ...proxies, ...conduits(subject, about), ...owners] }
  }
}

function holders(world: World, address: string): readonly string[] {
  return world.snapshot.trench.pods.filter(pod => look(world, pod, ipAddresses)?.data.some(row => canonicalAddress(row.address) === canonicalAddress(address))).map(subjectKey)
}

/** Target pods by every name others have for them: own addresses, and the mark and other family's address that some LB keeps beside one of these. */
function targetNames(world: World): ReadonlyMap<string, string> {
  const names = new Map(world.pods('tapa').flatMap(pod => (look(world, pod, ipAddresses)?.data ?? []).filter(row => row.interface !== 'lo' && row.scope === 'global').map(row => [canonicalAddress(row.address), subjectKey(pod)])))
  for (const lb of world.pods('lb')) {
    const [streams, rules, routes] = [look(world, lb, nfqlbStreams), look(world, lb, ipRules), look(world, lb, ipRoutes)]
    if (!streams || !rules || !routes) continue
    for (const [fwmark, ways] of Map.groupBy(targetWays(streams.data, rules.data, routes.data, families), way => String(way.fwmark))) {
      const owner = ways.map(way => names.get(canonicalAddress(way.target))).find(name => name !== undefined)
      if (owner === undefined) continue
      for (const name of [fwmark, ...ways.map(way => canonicalAddress(way.target))]) if (!names.has(name)) names.set(name, owner)
    }
  }
  return names
}

function conduitPlaces(world: World): (subject: Subject, about: About) => readonly string[] {
  const bridges = world.pods('proxy').flatMap(proxy => (look(world, proxy, ipAddresses)?.data ?? []).filter(row => row.interface === bridgeName && row.scope === 'global').map(row => ({ proxy: subjectKey(proxy), prefix: `${row.address}/${row.prefixLength}` })))
  return (subject, about) => {
    const name = about.interface
    if (subject.role === 'proxy') return about.target === undefined && (name === undefined || name.startsWith(subject.traits['lbPrefix'] ?? '\0')) ? [`conduit ${subjectKey(subject)}`] : []
    if (subject.role !== 'lb' || name === undefined || conduitLinks([{ name }], subject).length === 0) return []
    const addresses = (look(world, subject, ipAddresses)?.data ?? []).filter(row => row.interface === name)
    return bridges.filter(({ prefix }) => addresses.some(row => within(row.address, prefix))).map(({ proxy }) => `conduit ${proxy}`)
  }
}
