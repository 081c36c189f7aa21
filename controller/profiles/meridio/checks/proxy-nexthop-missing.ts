import { cluster, defineCheck, each, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { egressOf, isOneOf, nearLbAddresses, perAddress } from '../lib/proxy.ts'

/** A proxy spreads replies over all load balancers that are connected to it. No next hop at all is proxy-default-route-missing. */
export default defineCheck({
  id: 'proxy-nexthop-missing',
  subject: 'proxy',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), rules: own(ipRules), routes: own(ipRoutes), addresses: own(ipAddresses), lbs: each('lb', ipAddresses), links: each('lb', ipLinks) },
  messages: {
    missing: (a: { family: string; gateway: string; lb: string; tables: string }) => `${a.tables}: no ${a.family} next hop ${a.gateway} for ${a.lb}`,
  },
  why: 'Replies of this node are spread unevenly, and are lost when the load balancers that are left fail.',
  fix: 'Next hops follow NSM\'s connections: look at the proxy log and at the connection to that load balancer; restart the proxy.',
  source: 'Meridio troubleshooting guide, Proxy; catalogue P11, X02',
  unless: ({ config, rules, routes }, subject) => (egressOf(config, rules.data, routes.data, subject).some(({ nexthops }) => nexthops.length > 0) ? undefined : 'no table that a rule from a VIP names has a next hop'),
  judge: ({ config, rules, routes, addresses, lbs, links }, say, subject) => {
    const wanted = nearLbAddresses(addresses, lbs).filter(({ row, lb }) => isUp(links.find(one => one.subject === lb.subject)?.data ?? [], row.interface))
    const lacking = egressOf(config, rules.data, routes.data, subject).flatMap(({ family, table, route, nexthops }) => (nexthops.length === 0 ? [] : wanted
      .filter(({ row }) => row.family === family && !nexthops.some(hop => isOneOf(hop.gateway, [{ row }])))
      .map(({ row, lb }) => ({ family, table, address: row.address, lb: lb.subject.name, proof: [routes.at(route), lb.at(row)] }))))
    return perAddress(lacking).map(({ family, address: gateway, lb, tables, proof }) => say.missing({ family, gateway, lb, tables }, ...proof))
  },
})

/** A load balancer that took its interface down (evicted) is left out on purpose. */
function isUp(links: readonly { readonly name: string; readonly up: boolean }[], name: string): boolean {
  return links.find(link => link.name === name)?.up ?? true
}
