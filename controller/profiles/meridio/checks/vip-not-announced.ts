import { cluster, defineCheck, own } from '#judge/check.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { families, type Family } from '../lib/address.ts'
import { expectedOf } from '../lib/expected.ts'

/** A load balancer that has a target and a gateway announces its VIPs: BIRD's static protocols VIP4 and VIP6 hold them. */
export default defineCheck({
  id: 'vip-not-announced',
  subject: 'lb',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), protocols: own(birdProtocols), streams: own(nfqlbStreams) },
  messages: {
    absent: (a: { family: string; protocol: string; vips: string }) => `BIRD has no protocol ${a.protocol}: ${a.vips} not announced, although targets are active and gateways up`,
    fewer: (a: { family: string; protocol: string; held: number; wanted: number }) => `${a.protocol} holds ${a.held} of ${a.wanted} VIPs`,
  },
  why: 'Gateways do not send traffic to this load balancer: capacity and redundancy are gone.',
  fix: 'The frontend withholds VIPs while its load balancer says it has no target (lb.sock): compare its log with the streams; restart the frontend.',
  source: 'bird.md §1, 6; catalogue L10, L11, X14',
  unless: ({ config, protocols, streams }, subject) => {
    const { vips } = expectedOf(config, subject)
    if (vips.length === 0) return 'the attractor has no VIP'
    if (!streams.data.some(stream => stream.error === undefined && stream.active.length > 0)) return 'no stream has a target: VIPs are withheld on purpose'
    return connectedFamilies(config.data.gateways, protocols.data).length === 0 ? 'no gateway is up: VIPs are withheld on purpose' : undefined
  },
  judge: ({ config, protocols }, say, subject) => {
    const { vips, gateways } = expectedOf(config, subject)
    const wantedFamilies = new Set(gateways.map(gateway => gateway.family))
    // a family without any gateway up withholds the VIPs of all (connectivity is "one gateway in each configured family")
    if ([...wantedFamilies].some(family => !connectedFamilies(gateways, protocols.data).includes(family))) return []
    return families.flatMap(family => {
      const wanted = vips.filter(vip => vip.family === family)
      const name = family === 'IPv4' ? 'VIP4' : 'VIP6'
      const protocol = protocols.data.find(row => row.name === name)
      if (wanted.length === 0 || !wantedFamilies.has(family)) return []
      if (!protocol) return [say.absent({ family, protocol: name, vips: wanted.map(vip => vip.prefix).join(', ') }, protocols.at(), ...wanted.map(vip => config.at(vip)))]
      const held = protocol.channels.reduce((sum, channel) => sum + (channel.routes?.imported ?? 0), 0)
      return held < wanted.length ? [say.fewer({ family, protocol: name, held, wanted: wanted.length }, protocols.at(protocol))] : []
    })
  },
})

interface Gateway { readonly name: string; readonly family: Family; readonly protocol: 'bgp' | 'static' }

function connectedFamilies(gateways: readonly Gateway[], protocols: readonly { readonly name: string; readonly state: string; readonly bgp?: { readonly state: string } }[]): Family[] {
  return gateways.filter(gateway => {
    const protocol = protocols.find(({ name }) => name === `NBR-${gateway.name}`)
    return protocol?.state === 'up' && (gateway.protocol === 'static' || protocol.bgp?.state === 'Established')
  }).map(gateway => gateway.family)
}
