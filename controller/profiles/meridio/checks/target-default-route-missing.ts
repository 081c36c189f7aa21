import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { isStreamInterface } from '../lib/interfaces.ts'
import { noStream, openVips, ruleFrom } from '../lib/target.ts'

/** The table that the VIP's rule names must lead to the proxy's bridge over the stream interface. */
export default defineCheck({
  id: 'target-default-route-missing',
  subject: 'tapa',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), addresses: own(ipAddresses), rules: own(ipRules), routes: own(ipRoutes) },
  messages: {
    noRoute: (a: { family: string; vip: string; table: string }) => `table ${a.table} for replies from ${a.vip} has no ${a.family} default route`,
    elsewhere: (a: { family: string; vip: string; table: string; device: string }) => `table ${a.table} for replies from ${a.vip} leads to ${a.device}, not to an nsm interface`,
  },
  why: 'Replies from the VIP find no way to the proxy: an empty table falls through to the primary network, and they are lost.',
  fix: 'NSM writes the route with the connection; a forwarder restart can leave empty tables (NSM deployments-k8s#9463): restart the pod.',
  source: 'Meridio troubleshooting guide, Target; catalogue T05, T06',
  explains: ['bridge-unreachable'],
  unless: ({ addresses }) => noStream(addresses),
  judge: ({ config, addresses, rules, routes }, say) => openVips(addresses.data, config.data).flatMap(({ vip }) => {
    const rule = ruleFrom(rules.data, vip.address)
    if (!rule?.table) return []
    const { table } = rule
    const about = { family: vip.family, vip: vip.prefix, table }
    const route = routes.data.find(row => row.family === vip.family && row.table === table && row.dst === 'default')
    const listing = routes.data.find(row => row.family === vip.family)
    if (!route) return [say.noRoute(about, rules.at(rule), routes.at(listing && { command: listing.command }))]
    const device = route.dev ?? route.type
    return isStreamInterface(device) ? [] : [say.elsewhere({ ...about, device }, routes.at(route), rules.at(rule))]
  }),
})
