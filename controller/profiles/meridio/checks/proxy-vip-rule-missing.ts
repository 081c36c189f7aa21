import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'
import { listingOf } from '../lib/routes.ts'
import { ruleFrom } from '../lib/target.ts'

/** Replies carry the VIP as source; a rule must send them to the table of the load balancers. */
export default defineCheck({
  id: 'proxy-vip-rule-missing',
  subject: 'proxy',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), rules: own(ipRules) },
  messages: {
    noRule: (a: { family: string; vip: string }) => `no ${a.family} rule from ${a.vip}`,
  },
  why: 'Replies of every target of this node leave by the primary network for this VIP: they are lost.',
  fix: 'The proxy writes the rule from NSP\'s flows: look at its log and at NSP; restart the proxy.',
  source: 'Meridio troubleshooting guide, Proxy; catalogue P10',
  explains: ['proxy-return-lookup-astray', 'vip-stage-missing'],
  unless: ({ config }, subject) => (expectedOf(config, subject).vips.length === 0 ? 'no flow of the conduit has a VIP' : undefined),
  judge: ({ config, rules }, say, subject) => expectedOf(config, subject).vips.filter(vip => !ruleFrom(rules.data, vip))
    .map(vip => say.noRule({ family: vip.family, vip: vip.prefix }, rules.at(listingOf(rules.data, vip.family)), config.at(vip))),
})
