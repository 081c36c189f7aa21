import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { egressOf, tablesText } from '../lib/proxy.ts'
import { listingOf } from '../lib/routes.ts'

/** The table that a proxy's rules "from VIP" name must lead to a load balancer. */
export default defineCheck({
  id: 'proxy-default-route-missing',
  subject: 'proxy',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), rules: own(ipRules), routes: own(ipRoutes) },
  messages: {
    none: (a: { family: string; tables: string }) => `${a.tables} of replies: no ${a.family} default route to a load balancer`,
  },
  why: 'Replies of every target of this node fall through to the primary network and are lost for this family.',
  fix: 'The proxy sets the route when a load balancer is connected: look at the interfaces to load balancers and at the bridge\'s address; restart the proxy.',
  source: 'Meridio troubleshooting guide, Proxy; catalogue P11',
  explains: ['pod-not-ready', 'proxy-return-lookup-astray', 'proxy-nexthop-unreachable'],
  unless: ({ config, rules, routes }, subject) => (egressOf(config, rules.data, routes.data, subject).length === 0 ? 'no rule from a VIP names a table' : undefined),
  judge: ({ config, rules, routes }, say, subject) => {
    const empty = egressOf(config, rules.data, routes.data, subject).filter(({ nexthops }) => nexthops.length === 0)
    return [...Map.groupBy(empty, ({ family }) => family)].map(([family, egresses]) =>
      say.none({ family, tables: tablesText(egresses) }, ...egresses.flatMap(({ rule, route }) => [rules.at(rule), routes.at(route ?? listingOf(routes.data, family))])))
  },
})
