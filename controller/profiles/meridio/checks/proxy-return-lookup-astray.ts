import { cluster, defineCheck, own, planned } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { routeGet } from '#facts/route-get.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import type { Family } from '../lib/address.ts'
import { expectedOf } from '../lib/expected.ts'
import { bridgeName } from '../lib/interfaces.ts'
import { client, fateOf } from '../lib/lookups.ts'

const way = { config: cluster(trenchConfig), links: own(ipLinks) }

/** The kernel itself says where it would send a reply that a target gives to the bridge: to a load balancer, back over the bridge. */
export default defineCheck({
  id: 'proxy-return-lookup-astray',
  subject: 'proxy',
  severity: 'loss',
  reads: {
    ...way,
    lookups: planned(routeGet, way, ({ config, links }, subject) =>
      hasBridge(links.data) ? expectedOf(config, subject).vips.map(vip => ({ to: client[vip.family], from: vip.address, iif: bridgeName })) : []),
  },
  messages: {
    astray: (a: { family: Family; vip: string; fate: string }) => `replies from ${a.vip} would ${a.fate}`,
  },
  why: 'Replies of every target of this node are lost for this VIP; what leaves by the primary network leaks.',
  fix: 'Compare the rules from the VIP and their table with the load balancers that are connected; restart the proxy.',
  source: 'catalogue P13',
  unless: ({ config, links }, subject) => (expectedOf(config, subject).vips.length === 0 ? 'no flow of the conduit has a VIP' : hasBridge(links.data) ? undefined : `${bridgeName} is not up`),
  judge: ({ config, lookups }, say, subject) => expectedOf(config, subject).vips.flatMap(vip => {
    const lookup = lookups.find(({ params }) => params.from === vip.address)
    if (!lookup || (lookup.data.found && lookup.data.dev === bridgeName)) return []
    return [say.astray({ family: vip.family, vip: vip.prefix, fate: fateOf(lookup.data) }, lookup.at(lookup.data.found ? lookup.data : {}), config.at(vip))]
  }),
})

function hasBridge(links: readonly { readonly name: string; readonly up: boolean }[]): boolean {
  return links.some(({ name, up }) => name === bridgeName && up)
}
