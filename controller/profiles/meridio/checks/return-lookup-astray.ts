import { cluster, defineCheck, type Observed, own, planned } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { routeGet } from '#facts/route-get.ts'
import type { Subject } from '#judge/subject.ts'
import type { TrenchConfig, Vip } from '../facts/config-types.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import type { Family } from '../lib/address.ts'
import { egressFamilies, expectedOf, externalInterface } from '../lib/expected.ts'
import { conduitLinks, unseenConduit } from '../lib/interfaces.ts'
import { client, fateOf } from '../lib/lookups.ts'

const way = { config: cluster(trenchConfig), links: own(ipLinks) }

/** The kernel itself says where it would send a reply that comes from a proxy: to a gateway, by the external interface. */
export default defineCheck({
  id: 'return-lookup-astray',
  subject: 'lb',
  severity: 'loss',
  reads: {
    ...way,
    lookups: planned(routeGet, way, ({ config, links }, subject) => {
      const iif = inwardOf(links.data, subject)
      return iif === undefined ? [] : repliers(config, subject).map(vip => ({ to: client[vip.family], from: vip.address, iif }))
    }),
  },
  messages: {
    astray: (a: { family: Family; vip: string; fate: string }) => `replies from ${a.vip} would ${a.fate}`,
  },
  why: 'Proxies spread replies over all load balancers: those that pass this one are lost, whichever load balancer the request came through.',
  fix: 'Compare the rules from the VIP and table 4096 with what BIRD has; restart the frontend container.',
  source: 'catalogue L43',
  unless: ({ config, links }, subject) => {
    if (repliers(config, subject).length === 0) return 'no family of the attractor has both a gateway and a VIP'
    if (externalInterface(config, subject) === undefined) return 'the name of the external interface is not known'
    return unseenConduit(links, subject).length === 0 && inwardOf(links.data, subject) === undefined ? 'no interface to a proxy is up' : undefined
  },
  unseen: ({ links }, subject) => unseenConduit(links, subject),
  judge: ({ config, lookups }, say, subject) => repliers(config, subject).flatMap(vip => {
    const lookup = lookups.find(({ params }) => params.from === vip.address)
    if (!lookup || (lookup.data.found && lookup.data.dev === externalInterface(config, subject))) return []
    return [say.astray({ family: vip.family, vip: vip.prefix, fate: fateOf(lookup.data) }, lookup.at(lookup.data.found ? lookup.data : {}), config.at(vip))]
  }),
})

/** VIPs whose replies have a way out. */
function repliers(config: Observed<TrenchConfig>, lb: Subject): readonly Vip[] {
  const families = egressFamilies(config, lb)
  return expectedOf(config, lb).vips.filter(({ family }) => families.includes(family))
}

/** An interface that replies come in by: the first to a proxy that is up, as which one it is decides nothing. */
function inwardOf(links: readonly { readonly name: string; readonly up: boolean; readonly lowerUp: boolean }[], lb: Subject): string | undefined {
  return conduitLinks(links, lb).find(({ up, lowerUp }) => up && lowerUp)?.name
}
