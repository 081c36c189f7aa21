import { defineCheck, own } from '#judge/check.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { listingOf } from '../lib/routes.ts'
import { noStream, openVips, ruleFrom, targetReads } from '../lib/target.ts'

/** Replies carry the VIP as source; a rule must send them to the table of the bridge. */
export default defineCheck({
  id: 'target-vip-rule-missing',
  subject: 'tapa',
  severity: 'loss',
  reads: { ...targetReads, rules: own(ipRules) },
  messages: {
    noRule: (a: { family: string; vip: string }) => `no ${a.family} rule from ${a.vip}`,
  },
  why: 'The target gets requests, but its replies follow the main table and leave by the primary network, where they are lost.',
  fix: 'NSM writes the rule with the connection: look at forwarder restarts on the node; restart the pod if it does not come back.',
  source: 'Meridio troubleshooting guide, Target; catalogue T04',
  explains: ['target-return-lookup-astray'],
  unless: noStream,
  judge: ({ config, addresses, rules }, say) => openVips(addresses.data, config.data).filter(({ vip }) => !ruleFrom(rules.data, vip))
    .map(({ vip, row }) => say.noRule({ family: vip.family, vip: vip.prefix }, rules.at(listingOf(rules.data, vip.family)), addresses.at(row))),
})
