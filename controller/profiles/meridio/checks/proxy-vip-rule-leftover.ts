import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'
import { leftoverRules } from '../lib/leftover-rules.ts'
import { egressOf } from '../lib/proxy.ts'

/** Rules to the table of the load balancers are those of the conduit's VIPs. */
export default defineCheck({
  id: 'proxy-vip-rule-leftover',
  subject: 'proxy',
  severity: 'note',
  reads: { config: cluster(trenchConfig), rules: own(ipRules), routes: own(ipRoutes) },
  messages: {
    leftover: (a: { family: string; vip: string; table: string }) => `an ${a.family} rule from ${a.vip} leads to table ${a.table}, but no flow of the conduit has such a VIP`,
  },
  why: 'Harmless while the address is not used elsewhere; it tells that the proxy missed a change.',
  fix: 'Compare Flow and Vip resources with the proxy\'s log; restart the proxy when convenient.',
  source: 'catalogue P10',
  unless: ({ config, rules, routes }, subject) => (egressOf(config, rules.data, routes.data, subject).length === 0 ? 'no rule from a VIP names a table' : undefined),
  judge: ({ config, rules, routes }, say, subject) => {
    const tables = egressOf(config, rules.data, routes.data, subject).map(({ table }) => table)
    return leftoverRules(rules.data, tables, expectedOf(config, subject).vips).map(rule => say.leftover({ family: rule.family, vip: rule.from, table: rule.table ?? '' }, rules.at(rule)))
  },
})
