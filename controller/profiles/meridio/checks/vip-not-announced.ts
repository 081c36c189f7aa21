import { cluster, defineCheck, own } from '#judge/check.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { egressFamilies, expectedOf } from '../lib/expected.ts'
import { isConnected, protocolOf, routesTaken } from '../lib/gateway.ts'
import { noActiveTarget, unseenStreams } from '../lib/streams.ts'

/** A load balancer that has a target and a gateway of each family announces its VIPs: BIRD's static protocols VIP4 and VIP6 hold them. */
export default defineCheck({
  id: 'vip-not-announced',
  subject: 'lb',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), protocols: own(birdProtocols), streams: own(nfqlbStreams) },
  messages: {
    absent: (a: { family: string; protocol: string; vips: string }) => `BIRD has no protocol ${a.protocol}: ${a.vips} not announced, although targets are active and gateways up`,
    fewer: (a: { family: string; protocol: string; held: number; wanted: number }) => `${a.protocol} holds ${a.held} of ${a.wanted} ${a.family} VIPs`,
    notExported: (a: { family: string; gateway: string; name: string; exported: number; held: number }) => `NBR-${a.name} (${a.gateway}) is told ${a.exported} of ${a.held} ${a.family} VIPs`,
  },
  why: 'Gateways do not send traffic to this load balancer: capacity and redundancy are gone.',
  fix: 'The frontend withholds VIPs while its load balancer says it has no target (lb.sock): compare its log with the streams; restart the frontend. VIPs held but not in use: `lo` is down.',
  source: 'bird.md §1, 6; catalogue L10, L11, X14',
  unless: ({ config, protocols, streams }, subject) => {
    const families = egressFamilies(config, subject)
    if (families.length === 0) return 'no family of the attractor has both a gateway and a VIP'
    if (noActiveTarget(streams) !== undefined) return 'no stream has a target: VIPs are withheld on purpose'
    const { gateways } = expectedOf(config, subject)
    // one family without any gateway up withholds the VIPs of all (pkg/frontend, v1.2.8)
    const cut = [...new Set(gateways.map(({ family }) => family))].find(family => !gateways.some(gateway => gateway.family === family && isConnected(gateway, protocols.data)))
    return cut && `no ${cut} gateway is up: VIPs are withheld on purpose`
  },
  unseen: ({ streams }) => (streams.data.some(stream => stream.error === undefined && stream.active.length > 0) ? [] : unseenStreams(streams)),
  judge: ({ config, protocols, streams }, say, subject) => {
    if (!streams.data.some(stream => stream.error === undefined && stream.active.length > 0)) return []
    const { vips, gateways } = expectedOf(config, subject)
    return egressFamilies(config, subject).flatMap(family => {
      const wanted = vips.filter(vip => vip.family === family)
      const name = family === 'IPv4' ? 'VIP4' : 'VIP6'
      const protocol = protocols.data.find(row => row.name === name)
      if (!protocol) return [say.absent({ family, protocol: name, vips: wanted.map(vip => vip.prefix).join(', ') }, protocols.at(), ...wanted.map(vip => config.at(vip)))]
      const held = routesTaken(protocol)
      if (held < wanted.length) return [say.fewer({ family, protocol: name, held, wanted: wanted.length }, protocols.at(protocol), ...wanted.map(vip => config.at(vip)))]
      return gateways.filter(gateway => gateway.family === family && gateway.protocol === 'bgp' && isConnected(gateway, protocols.data)).flatMap(gateway => {
        const channel = protocolOf(protocols.data, gateway)?.channels.find(row => row.name === family.toLowerCase())
        const exported = channel?.routes?.exported ?? 0
        return exported >= held ? [] : [say.notExported({ family, gateway: gateway.address, name: gateway.name, exported, held }, protocols.at(channel?.routes ?? channel), protocols.at(protocol))]
      })
    })
  },
})
