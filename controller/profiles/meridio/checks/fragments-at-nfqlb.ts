import { defineCheck, own, planned } from '#judge/check.ts'
import { nfqlbStats, nftRuleset } from '../facts/transcripts.ts'
import { defragTable, hasTable } from '../lib/nft.ts'

const first = { nft: own(nftRuleset) }

/** The kernel puts fragments together before nfqlb; what nfqlb counts of them came past that. */
export default defineCheck({
  id: 'fragments-at-nfqlb',
  subject: 'lb',
  severity: 'note',
  reads: { ...first, stats: planned(nfqlbStats, first, ({ nft }) => (hasTable(nft.data, defragTable) ? [] : [{}])) },
  messages: {
    seen: (a: { inserts: number; discarded: number; rejected: number }) => `nfqlb has seen ${a.inserts} packets in fragments, and discarded ${a.discarded} fragments; ${a.rejected} had no room`,
  },
  why: 'IPv6 fragments are taken for packets of other ports and dropped; IPv4 fragments that come out of order are too.',
  fix: 'Restart stateless-lb, which writes table meridio-defrag.',
  source: 'nfqlb.md §3, 5; catalogue L52',
  unless: ({ nft }) => (hasTable(nft.data, defragTable) ? 'table meridio-defrag puts fragments together before nfqlb' : undefined),
  judge: ({ stats: [stats] }, say) => {
    if (!stats || stats.data.inserts + stats.data.fragsDiscarded + stats.data.rejected === 0) return []
    return [say.seen({ inserts: stats.data.inserts, discarded: stats.data.fragsDiscarded, rejected: stats.data.rejected }, stats.at(stats.data))]
  },
})
