import { defineCheck } from '#judge/check.ts'
import type { TrenchConfig, Vip } from '../facts/config-types.ts'
import { noStream, openVips, targetReads } from '../lib/target.ts'

/** A target answers only for VIPs that are addresses of its `nsm` interface. */
export default defineCheck({
  id: 'target-vip-missing',
  subject: 'tapa',
  severity: 'loss',
  reads: targetReads,
  messages: {
    missing: (a: { vip: string; family: string; stream: string }) => `${a.vip} of stream ${a.stream} is on no nsm interface`,
    none: (_: object) => 'no VIP of the trench is on an nsm interface',
  },
  why: 'Packets to the VIP reach the pod and are dropped, as the address is not its own.',
  fix: 'Compare Flow and Vip resources with the TAPA log; NSM puts the addresses on when the connection is updated or healed.',
  source: 'Meridio troubleshooting guide, Target; catalogue T03',
  explains: ['target-not-active', 'vip-stage-missing'],
  unless: sight => (sight.config.data.flows.some(({ vips }) => vips.length > 0) ? noStream(sight) : 'no flow of the trench has a VIP'),
  judge: ({ config, addresses }, say) => {
    const present = openVips(addresses.data, config.data).map(({ vip }) => vip)
    if (present.length === 0) return [say.none({}, addresses.at())]
    return openStreams(present, config.data).flatMap(({ stream, wanted }) =>
      wanted.filter(vip => !present.includes(vip)).map(vip => say.missing({ vip: vip.prefix, family: vip.family, stream }, addresses.at(), config.at(vip))))
  },
})

/**
 * Streams that the pod has opened, as its VIPs tell: those that have all of theirs there, and of the others those with one there that no complete
 * stream accounts for (streams may share VIPs, and which ones the application opened is told nowhere else).
 */
function openStreams(present: readonly Vip[], { streams, flows, vips }: TrenchConfig): readonly { readonly stream: string; readonly wanted: readonly Vip[] }[] {
  const all = streams.map(({ name }) => ({ stream: name, wanted: vips.filter(vip => flows.some(flow => flow.stream === name && flow.vips.includes(vip.prefix))) }))
  const complete = all.filter(({ wanted }) => wanted.every(vip => present.includes(vip)))
  const left = present.filter(vip => !complete.some(({ wanted }) => wanted.includes(vip)))
  return [...complete, ...all.filter(({ wanted }) => left.some(vip => wanted.includes(vip)) && !wanted.every(vip => present.includes(vip)))]
}
