import { defineCheck, own } from '#judge/check.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { isStreamInterface } from '../lib/interfaces.ts'
import { defaultRoute, listingOf } from '../lib/routes.ts'
import { noStream, openVips, ruleFrom, targetReads } from '../lib/target.ts'

/** The table that the VIP's rule names must lead to the proxy's bridge over the stream interface. */
export default defineCheck({
  id: 'target-default-route-missing',
  subject: 'tapa',
  severity: 'loss',
  reads: { ...targetReads, rules: own(ipRules), routes: own(ipRoutes) },
  messages: {
    noRoute: (a: { family: string; vip: string; table: string }) => `table ${a.table} for replies from ${a.vip} has no ${a.family} default route`,
    elsewhere: (a: { family: string; vip: string; table: string; device: string }) => `table ${a.table} for replies from ${a.vip} leads to ${a.device}, not to an nsm interface`,
  },
  why: 'Replies from the VIP find no way to the proxy: an empty table falls through to the primary network, and they are lost.',
  fix: 'NSM writes the route with the connection; a forwarder restart can leave empty or foreign tables (NSM deployments-k8s#9463): restart the pod.',
  source: 'Meridio troubleshooting guide, Target; catalogue T05',
  explains: ['target-return-lookup-astray'],
  unless: noStream,
  judge: ({ config, addresses, rules, routes }, say) => openVips(addresses.data, config.data).flatMap(({ vip }) => {
    const rule = ruleFrom(rules.data, vip)
    if (rule?.table === undefined) return []
    const about = { family: vip.family, vip: vip.prefix, table: rule.table }
    const route = defaultRoute(routes.data, vip.family, rule.table)
    if (!route) return [say.noRoute(about, rules.at(rule), routes.at(listingOf(routes.data, vip.family)))]
    // a blackhole or the like has no next hop: its type says where packets go
    const elsewhere = route.nexthops.length === 0 ? route.type : route.nexthops.map(({ dev }) => dev ?? 'no interface').find(device => !isStreamInterface(device))
    return elsewhere === undefined ? [] : [say.elsewhere({ ...about, device: elsewhere }, routes.at(route), rules.at(rule))]
  }),
})
