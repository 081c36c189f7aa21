import type { About } from '#judge/check.ts'
import type { Standing } from '#judge/profile.ts'
import type { Snapshot } from '#judge/snapshot.ts'
import { type Subject, subjectKey } from '#judge/subject.ts'
import { worldOf } from '#judge/world.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { canonicalAddress } from './lib/address.ts'

/**
 * Where a finding stands on the path of a packet: a target is its pod, whether an LB names it by address or the target pod speaks of itself;
 * a target also stands at the proxy of its node, so that a broken proxy explains unreachable targets.
 */
export function standingOf(snapshot: Snapshot): (subject: Subject, about: About) => Standing {
  const world = worldOf(snapshot)
  const targets = world.pods('tapa')
  const byName = new Map(targets.map(pod => [subjectKey(pod), pod]))
  const owner = new Map(targets.flatMap(pod => {
    const seen = world.see(pod, ipAddresses, {})
    return 'observed' in seen ? (seen.observed.data as readonly { interface: string; address: string }[]).filter(row => row.interface !== 'lo').map(row => [canonicalAddress(row.address), subjectKey(pod)] as const) : []
  }))
  const proxyOf = (pod: Subject) => world.pods('proxy').filter(({ node }) => node === pod.node).map(subjectKey)
  return (subject, about) => {
    const named = about.target === undefined ? undefined : (owner.get(canonicalAddress(about.target)) ?? about.target)
    const target = subject.role === 'tapa' ? subjectKey(subject) : named
    const pod = target === undefined ? undefined : byName.get(target)
    return { about: target === undefined ? about : { ...about, target }, places: pod ? [target ?? '', ...proxyOf(pod)] : [] }
  }
}
