import { cluster, defineCheck, each } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { nfqlbFlows } from '#facts/nfqlb-flows.ts'
import { nftRuleset } from '../facts/transcripts.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { stagesOf } from '../lib/vip-stages.ts'

/** A VIP is handed on from its resource to load balancers, proxies and targets: the first stage that lacks it is where to look. */
export default defineCheck({
  id: 'vip-stage-missing',
  subject: 'trench',
  severity: 'note',
  reads: {
    config: cluster(trenchConfig), lbRules: each('lb', ipRules), nft: each('lb', nftRuleset), flows: each('lb', nfqlbFlows),
    proxyRules: each('proxy', ipRules), targets: each('tapa', ipAddresses),
  },
  messages: {
    missing: (a: { family: string; vip: string; stage: string; pods: string; then: string }) => `${a.vip} is missing first at: ${a.stage} (${a.pods})${a.then}`,
  },
  why: 'What each stage means for traffic stands in its own finding; this one says which comes first.',
  fix: 'All pods of a stage lack it: look at NSP and ConfigMap meridio-configuration. One pod lacks it: look at its log, it missed an update; restart it.',
  source: 'meridio.md §7.7; catalogue X01',
  unless: ({ config }) => (config.data.vips.length === 0 ? 'the trench has no VIP' : undefined),
  judge: (sights, say) => sights.config.data.vips.flatMap(vip => {
    const [first, ...then] = stagesOf(vip, sights).filter(({ lacking }) => lacking.length > 0)
    if (!first) return []
    const pods = first.lacking.map(({ pod }) => pod).join(', ')
    return [say.missing({
      family: vip.family, vip: vip.prefix, stage: first.name, pods, then: then.length === 0 ? '' : `, then at: ${then.map(({ name }) => name).join(', ')}`,
    }, ...first.lacking.map(({ proof }) => proof), sights.config.at(vip))]
  }),
})
