import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'
import { listingOf } from '../lib/routes.ts'
import { ruleFrom } from '../lib/target.ts'
import { gatewayTable } from '../lib/thresholds.ts'

/** Replies pass any LB/FE; a rule "from VIP" must send them to the table of the gateways, or they leave by the primary network. */
export default defineCheck({
  id: 'vip-rule-missing',
  subject: 'lb',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), rules: own(ipRules) },
  messages: {
    noRule: (a: { family: string; vip: string }) => `no ${a.family} rule from ${a.vip} to table ${gatewayTable}`,
  },
  why: 'Proxies spread replies over all LB/FE pods; through this one, replies from the VIP miss the gateways\' table and leave by eth0.',
  fix: 'Restart the frontend container, which writes the rules; look in its log for a refused rule.',
  source: 'Meridio troubleshooting guide, Frontend; catalogue L14',
  explains: ['blackhole-route-missing', 'return-lookup-astray', 'vip-stage-missing'],
  unless: ({ config }, subject) => (expectedOf(config, subject).vips.length === 0 ? 'the attractor has no VIP' : undefined),
  judge: ({ config, rules }, say, subject) => {
    const toGateways = rules.data.filter(rule => rule.table === gatewayTable)
    return expectedOf(config, subject).vips.filter(vip => !ruleFrom(toGateways, vip))
      .map(vip => say.noRule({ family: vip.family, vip: vip.prefix }, rules.at(listingOf(rules.data, vip.family)), config.at(vip)))
  },
})
