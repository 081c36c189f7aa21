import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import type { Snapshot } from '#judge/snapshot.ts'
import type { Subject } from '#judge/subject.ts'
import { worldOf } from '#judge/world.ts'
import { isStreamInterface } from './lib/interfaces.ts'
import { look, lookAtConfig } from './lib/look.ts'
import { candidatesOf } from './lib/membership.ts'
import { streamLinks } from './lib/target.ts'

/**
 * Targets of other trenches of the namespace: each of their `nsm` interfaces carries VIPs, and none of them is ours. A target without such an
 * interface belongs to none yet, one that was not seen may belong to any: both stay.
 */
export function strangersOf(snapshot: Snapshot): readonly Subject[] {
  const world = worldOf(snapshot)
  const config = lookAtConfig(world)
  if (!config) return []
  return world.pods('tapa').filter(pod => {
    if (candidatesOf(pod).length < 2) return false
    const [links, addresses] = [look(world, pod, ipLinks), look(world, pod, ipAddresses)]
    return links !== undefined && addresses !== undefined && links.data.some(({ name }) => isStreamInterface(name)) && streamLinks({ config, links, addresses }).length === 0
  })
}
