import { cluster, defineCheck, own } from '#judge/check.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'
import { shownAt, unseenStreams } from '../lib/streams.ts'

/** VIPs may be announced only while there is a target to send their packets to. */
export default defineCheck({
  id: 'stream-without-target',
  subject: 'lb',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), streams: own(nfqlbStreams), protocols: own(birdProtocols) },
  messages: {
    none: (a: { stream: string }) => `stream ${a.stream} has no active target, while the VIPs of its flows are announced`,
  },
  why: 'Gateways send traffic of these flows here, and all of it is dropped.',
  fix: 'Look at the targets: TAPA registration with NSP, interfaces, and whether the application opened the stream. Before v1.0.17 VIPs are always announced; since then one stream with a target announces the VIPs of all.',
  source: 'Meridio #470, #496; catalogue L45',
  explains: ['lb-targets-differ', 'target-not-active', 'leftover-target-rule', 'packets-unmatched'],
  unless: ({ protocols }) => (protocols.data.some(({ name }) => name === 'VIP4' || name === 'VIP6') ? undefined : 'no VIP is announced'),
  unseen: ({ streams }) => unseenStreams(streams),
  judge: ({ config, streams }, say, subject) => {
    const { flows, vips } = expectedOf(config, subject)
    const served = new Set(flows.filter(flow => flow.vips.some(prefix => vips.some(vip => vip.prefix === prefix))).map(flow => flow.stream))
    return streams.data.filter(stream => stream.error === undefined && stream.active.length === 0 && served.has(stream.stream)).map(stream => say.none({ stream: stream.stream }, streams.at(shownAt(stream))))
  },
})
