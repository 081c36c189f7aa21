import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'
import { leftoverRules } from '../lib/leftover-rules.ts'
import { blackholeTable, gatewayTable } from '../lib/thresholds.ts'

/** Rules to the tables of the gateways are those of the attractor's VIPs. */
export default defineCheck({
  id: 'lb-vip-rule-leftover',
  subject: 'lb',
  severity: 'note',
  reads: { config: cluster(trenchConfig), rules: own(ipRules) },
  messages: {
    leftover: (a: { family: string; vip: string; tables: string }) => `an ${a.family} rule from ${a.vip} leads to table ${a.tables}, but the attractor has no such VIP`,
  },
  why: 'Harmless while the address is not used elsewhere; it tells that the frontend missed a change.',
  fix: 'Compare Attractor and Vip resources with the frontend\'s log; restart the frontend when convenient.',
  source: 'catalogue L14',
  judge: ({ config, rules }, say, subject) => {
    const left = leftoverRules(rules.data, [gatewayTable, blackholeTable], expectedOf(config, subject).vips)
    return [...Map.groupBy(left, ({ family, from }) => `${family} ${from}`).values()].flatMap(group => {
      const [first] = group
      return first ? [say.leftover({ family: first.family, vip: first.from, tables: group.map(({ table }) => table).join(', ') }, ...group.map(rule => rules.at(rule)))] : []
    })
  },
})
