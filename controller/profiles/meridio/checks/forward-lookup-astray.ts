import { cluster, defineCheck, own, planned } from '#judge/check.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { routeGet } from '#facts/route-get.ts'
import type { Observed } from '#judge/check.ts'
import type { Subject } from '#judge/subject.ts'
import type { TrenchConfig, Vip } from '../facts/config-types.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import type { Family } from '../lib/address.ts'
import { expectedOf, externalInterface } from '../lib/expected.ts'
import { conduitLinks, unseenConduit } from '../lib/interfaces.ts'
import { oncePerTarget, sameAddress, targetWays } from '../lib/lb-targets.ts'
import { client, fateOf } from '../lib/lookups.ts'
import { listingOf } from '../lib/routes.ts'
import { noActiveTarget, unseenStreams } from '../lib/streams.ts'

const way = { config: cluster(trenchConfig), streams: own(nfqlbStreams), rules: own(ipRules), routes: own(ipRoutes) }

/** The kernel itself says where it would send a marked packet: to the target, over an interface to a proxy. Sees what rules and tables do together. */
export default defineCheck({
  id: 'forward-lookup-astray',
  subject: 'lb',
  severity: 'loss',
  reads: {
    ...way,
    lookups: planned(routeGet, way, ({ config, streams, rules, routes }, subject) => {
      const iif = externalInterface(config, subject)
      if (iif === undefined) return []
      return targetWays(streams.data, rules.data, routes.data, config.data.families).flatMap(({ family, stream, fwmark }) => {
        const vip = vipOf(config, subject, stream, family)
        return vip ? [{ to: vip.address, from: client[family], iif, mark: fwmark }] : []
      })
    }),
  },
  messages: {
    astray: (a: { family: Family; stream: string; target: string; fwmark: number; vip: string; fate: string }) => `${a.stream}: packets to ${a.vip} for target ${a.target} (fwmark ${a.fwmark}) would ${a.fate}`,
  },
  why: 'The share of the flows that hash to this target is lost through this load balancer; what leaves by the primary network leaks.',
  fix: 'Compare the rules in order with the table named here: a missing or a leftover rule, an empty table, forwarding. Restart the load balancer.',
  source: 'Meridio #575; catalogue L31, L43',
  explains: ['target-unreachable'],
  unless: ({ config, streams }, subject) => noActiveTarget(streams) ?? (externalInterface(config, subject) === undefined ? 'the name of the external interface is not known' : undefined),
  unseen: ({ streams }, subject) => [...unseenStreams(streams), ...unseenConduit(streams, subject)],
  judge: ({ config, streams, rules, routes, lookups }, say, subject) => oncePerTarget(targetWays(streams.data, rules.data, routes.data, config.data.families)).flatMap(({ family, stream, fwmark, target, route }) => {
    const vip = vipOf(config, subject, stream, family)
    const lookup = lookups.find(({ params }) => params.to === vip?.address && params.mark === fwmark)
    if (!vip || !lookup) return []
    const { data } = lookup
    const inward = data.found && (unseenConduit(streams, subject).length > 0 || conduitLinks([{ name: data.dev }], subject).length > 0)
    if (inward && (route?.gateway === undefined || sameAddress(data.gateway, route.gateway))) return []
    return [say.astray({ family, stream, target, fwmark, vip: vip.prefix, fate: fateOf(data) }, lookup.at(data.found ? data : {}), routes.at(route ?? listingOf(routes.data, family)))]
  }),
})

/** A VIP of the stream's flows: any will do, as the mark decides. */
function vipOf(config: Observed<TrenchConfig>, lb: Subject, stream: string, family: Family): Vip | undefined {
  const { vips, flows } = expectedOf(config, lb)
  return vips.find(vip => vip.family === family && flows.some(flow => flow.stream === stream && flow.vips.includes(vip.prefix)))
}
