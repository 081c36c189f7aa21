import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { families } from '../lib/address.ts'
import { expectedOf } from '../lib/expected.ts'
import { defaultRoute, listingOf } from '../lib/routes.ts'
import { ruleFrom } from '../lib/target.ts'
import { blackholeTable } from '../lib/thresholds.ts'

/** While no gateway is up, replies from a VIP must be dropped, not sent into the primary network. */
export default defineCheck({
  id: 'blackhole-route-missing',
  subject: 'lb',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), routes: own(ipRoutes), rules: own(ipRules) },
  messages: {
    noRoute: (a: { family: string }) => `table ${blackholeTable} has no ${a.family} blackhole route`,
    leak: (a: { family: string; type: string }) => `the ${a.family} default route of table ${blackholeTable} is ${a.type}, not blackhole`,
    noRule: (a: { family: string; vip: string }) => `no ${a.family} rule from ${a.vip} to table ${blackholeTable}`,
  },
  why: 'When the gateways go, packets from the VIP leak into the primary network.',
  fix: 'Restart the frontend container, which writes the rules; the route is BIRD\'s (protocols DROP4 and DROP6).',
  source: 'bird.md §1, 6; catalogue L13, L14',
  unless: ({ config, rules, routes }, subject) => {
    if (expectedOf(config, subject).vips.length === 0) return 'the attractor has no VIP'
    return [...rules.data, ...routes.data].some(row => row.table === blackholeTable) ? undefined : 'this version of Meridio has no blackhole table'
  },
  judge: ({ config, routes, rules }, say, subject) => {
    const { vips } = expectedOf(config, subject)
    const toBlackhole = rules.data.filter(rule => rule.table === blackholeTable)
    const routeless = families.filter(family => vips.some(vip => vip.family === family)).flatMap(family => {
      const route = defaultRoute(routes.data, family, blackholeTable)
      if (!route) return [say.noRoute({ family }, routes.at(listingOf(routes.data, family)))]
      return dropping.includes(route.type) ? [] : [say.leak({ family, type: route.type }, routes.at(route))]
    })
    return [...routeless, ...vips.filter(vip => !ruleFrom(toBlackhole, vip)).map(vip => say.noRule({ family: vip.family, vip: vip.prefix }, rules.at(listingOf(rules.data, vip.family)), config.at(vip)))]
  },
})

const dropping: readonly string[] = ['blackhole', 'unreachable', 'prohibit']
