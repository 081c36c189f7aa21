import { cluster, defineCheck, own, planned } from '#judge/check.ts'
import type { IptablesRule } from '#parsers/iptables-rules.ts'
import type { NftRuleset } from '#parsers/nft-ruleset.ts'
import type { Vip } from '../facts/config-types.ts'
import { iptablesMangle, nftRuleset } from '../facts/transcripts.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { canonicalPrefix, type Family } from '../lib/address.ts'
import { expectedOf } from '../lib/expected.ts'
import { queueRules, takesVip } from '../lib/nft.ts'

const first = { config: cluster(trenchConfig), nft: own(nftRuleset) }

/** The kernel must give packets to a VIP to nfqlb's queues: a rule at prerouting per family, with a set that holds every VIP. */
export default defineCheck({
  id: 'vip-not-queued',
  subject: 'lb',
  severity: 'outage',
  reads: {
    ...first,
    // Meridio queues by nft; where nft does not queue, old iptables may (the lab's kernels have no nft queue)
    iptables: planned(iptablesMangle, first, ({ config, nft }, subject) => (expectedOf(config, subject).vips.some(vip => !queuedByNft(nft.data, vip)) ? [{}] : [])),
  },
  messages: {
    noRule: (a: { family: Family; vip: string }) => `no rule at prerouting gives ${a.family} packets to a queue, so those to ${a.vip} never reach nfqlb`,
    notInSet: (a: { family: Family; vip: string; set: string }) => `${a.vip} is not in nft set ${a.set}, so packets to it never reach nfqlb`,
  },
  why: 'Packets to the VIP are not balanced: they follow the main table and leave by the primary network, through this load balancer all of them.',
  fix: 'Restart stateless-lb, which writes chain nfqlb and its sets; if a VIP stays missing, compare NSP and ConfigMap meridio-configuration.',
  source: 'Meridio v1.2.8 pkg/loadbalancer/nfqlb/netfilter.go; catalogue L23',
  explains: ['vip-stage-missing', 'packets-unmatched'],
  unless: ({ config }, subject) => (expectedOf(config, subject).vips.length === 0 ? 'the attractor has no VIP' : undefined),
  judge: ({ config, nft, iptables: [iptables] }, say, subject) => expectedOf(config, subject).vips.flatMap(vip => {
    if (queuedByNft(nft.data, vip) || !iptables || iptables.data.some(rule => queuesVip(rule, vip))) return []
    const about = { family: vip.family, vip: vip.prefix }
    const [rule] = queueRules(nft.data, vip.family)
    const set = rule && takesVip(nft.data, rule, vip).set
    if (rule && set) return [say.notInSet({ ...about, set: set.name }, nft.at(set), nft.at(rule), config.at(vip))]
    return [say.noRule(about, nft.at(), iptables.at(iptables.data.find(row => row.family === vip.family)), config.at(vip))]
  }),
})

function queuedByNft(ruleset: NftRuleset, vip: Vip): boolean {
  return queueRules(ruleset, vip.family).some(rule => takesVip(ruleset, rule, vip).takes)
}

function queuesVip({ chain, destination, protocol, target, family }: IptablesRule & { readonly family: Family }, vip: Vip): boolean {
  return family === vip.family && chain === 'PREROUTING' && target === 'NFQUEUE' && protocol === undefined && (destination === undefined || canonicalPrefix(destination) === vip.prefix)
}
