import { defineCheck, own } from '#judge/check.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { nftRuleset } from '../facts/transcripts.ts'
import { hitsOf, metricsTable, hasTable } from '../lib/nft.ts'
import { noActiveTarget, shownAt, unseenStreams } from '../lib/streams.ts'
import { manyHits } from '../lib/thresholds.ts'

/** Every active target has had packets, where the stream has had many. */
export default defineCheck({
  id: 'target-without-hits',
  subject: 'lb',
  severity: 'note',
  reads: { streams: own(nfqlbStreams), ruleset: own(nftRuleset) },
  messages: {
    none: (a: { stream: string; target: number; packets: number }) => `${a.stream}: target ${a.target} has had no packet since it was activated here, the other targets ${a.packets}`,
  },
  why: 'A target that was activated only now, or few clients. Else this load balancer does not give the target what it should.',
  fix: 'Look again after some traffic. Compare with the other load balancers: `nfqlb show` gives the share of each target.',
  source: 'Meridio v1.2.8 pkg/metrics (counters per fwmark); catalogue L40, X18',
  unless: ({ streams, ruleset }) => noActiveTarget(streams) ?? (hasTable(ruleset.data, metricsTable) ? undefined : 'the load balancer counts no packets per target'),
  unseen: ({ streams }) => unseenStreams(streams),
  judge: ({ streams, ruleset }, say) => streams.data.flatMap(stream => {
    if (stream.error !== undefined) return []
    const hits = [...new Set(stream.active.map(({ fwmark }) => fwmark))].map(fwmark => ({ fwmark, hit: hitsOf(ruleset.data, fwmark) }))
    const packets = hits.reduce((sum, { hit }) => sum + (hit?.packets ?? 0), 0)
    // a target without a counter is not counted, which is not the same as none
    return packets < manyHits ? [] : hits.flatMap(({ fwmark, hit }) => (hit?.packets === 0 ? [say.none({ stream: stream.stream, target: fwmark, packets }, ruleset.at(hit), streams.at(shownAt(stream)))] : []))
  }),
})
