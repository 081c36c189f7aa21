import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { canonicalAddress, families } from '../lib/address.ts'
import { expectedOf } from '../lib/expected.ts'
import { defaultRoute, listingOf } from '../lib/routes.ts'
import { blackholeTable } from '../lib/thresholds.ts'

/** While no gateway is up, replies from a VIP must be dropped, not sent into the primary network. */
export default defineCheck({
  id: 'blackhole-route-missing',
  subject: 'lb',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), routes: own(ipRoutes), rules: own(ipRules) },
  messages: {
    noRoute: (a: { family: string }) => `table ${blackholeTable} has no ${a.family} blackhole route`,
    noRule: (a: { family: string; vip: string }) => `no ${a.family} rule from ${a.vip} to table ${blackholeTable}`,
  },
  why: 'When the gateways go, packets from the VIP leak into the primary network.',
  fix: 'Restart the frontend container; versions before v1.0 have no such table.',
  source: 'catalogue L13, L14; bird.md §6',
  unless: ({ config, rules }, subject) => {
    if (expectedOf(config, subject).vips.length === 0) return 'the attractor has no VIP'
    return rules.data.some(rule => rule.table === blackholeTable) ? undefined : 'this version has no blackhole table'
  },
  judge: ({ config, routes, rules }, say, subject) => {
    const { vips } = expectedOf(config, subject)
    const ruled = new Set(rules.data.filter(rule => rule.table === blackholeTable).map(rule => canonicalAddress(rule.from)))
    return [
      ...families.filter(family => vips.some(vip => vip.family === family) && !defaultRoute(routes.data, family, blackholeTable)).map(family => say.noRoute({ family }, routes.at(listingOf(routes.data, family)))),
      ...vips.filter(vip => !ruled.has(vip.address)).map(vip => say.noRule({ family: vip.family, vip: vip.prefix }, rules.at(rules.data.find(rule => rule.family === vip.family) && { command: rules.data.find(rule => rule.family === vip.family)?.command ?? '' }))),
    ]
  },
})
