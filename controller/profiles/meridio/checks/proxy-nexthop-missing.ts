import { cluster, defineCheck, each, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { egressOf, isOneOf, lbAddresses } from '../lib/proxy.ts'

/** A proxy spreads replies over all load balancers that are connected to it. */
export default defineCheck({
  id: 'proxy-nexthop-missing',
  subject: 'proxy',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), rules: own(ipRules), routes: own(ipRoutes), addresses: own(ipAddresses), lbs: each('lb', ipAddresses), links: each('lb', ipLinks) },
  messages: {
    missing: (a: { family: string; gateway: string; lb: string; table: string }) => `table ${a.table} has no ${a.family} next hop ${a.gateway} for ${a.lb}`,
    none: (a: { family: string; table: string }) => `table ${a.table} has no ${a.family} default route: no reply leaves this node`,
  },
  why: 'Replies of this node are spread unevenly, and redundancy is gone when the load balancers that are left fail.',
  fix: 'Next hops follow NSM\'s connections: look at the proxy log and at the connection to that load balancer; restart the proxy.',
  source: 'Meridio troubleshooting guide, Proxy; catalogue P11, X02',
  unless: ({ config, rules, routes }, subject) => (egressOf(config, rules.data, routes.data, subject).length === 0 ? 'no rule from a VIP names a table' : undefined),
  judge: ({ config, rules, routes, addresses, lbs, links }, say, subject) => {
    const wanted = lbAddresses(addresses, lbs, subject.traits['conduit'])
    return egressOf(config, rules.data, routes.data, subject).flatMap(({ family, table, rule, route, nexthops }) => {
      const listing = routes.data.find(row => row.family === family)
      if (!route) return [say.none({ family, table }, rules.at(rule), routes.at(listing && { command: listing.command }))]
      return wanted.filter(({ row, lb }) => row.family === family && isUp(links.find(one => one.subject === lb.subject)?.data ?? [], row.interface))
        .filter(({ row }) => !nexthops.some(hop => isOneOf(hop.gateway, [{ row }])))
        .map(({ row, lb }) => say.missing({ family, gateway: row.address, lb: lb.subject.name, table }, routes.at(route), lb.at(row)))
    })
  },
})

/** A load balancer that took its interface down (evicted) is left out on purpose. */
function isUp(links: readonly { readonly name: string; readonly up: boolean }[], name: string): boolean {
  return links.find(link => link.name === name)?.up ?? true
}
