import { cluster, defineCheck, own } from '#judge/check.ts'
import { birdDefaultRoutes } from '#facts/bird-default-routes.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'
import { protocolOf } from '../lib/gateway.ts'

/** A gateway whose session is up must announce a default route, or replies to clients end in the blackhole table. */
export default defineCheck({
  id: 'default-route-not-received',
  subject: 'lb',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), protocols: own(birdProtocols), routes: own(birdDefaultRoutes) },
  messages: {
    nothing: (a: { gateway: string; family: string; name: string }) => `NBR-${a.name} (${a.gateway}) is Established, but the gateway announces nothing we take`,
    noDefault: (a: { gateway: string; family: string; name: string; imported: number }) => `NBR-${a.name} (${a.gateway}) announces ${a.imported} routes, but no default route`,
  },
  why: 'The session is up and useless: through this gateway there is no way back to clients.',
  fix: 'Look at the export policy of the gateway; bird.log names a next hop that is not on the link; our AS in the path drops routes silently.',
  source: 'bird.md §6; catalogue L09',
  explains: ['kernel-default-route-missing'],
  unless: ({ config }, subject) => (expectedOf(config, subject).gateways.some(gateway => gateway.protocol === 'bgp') ? undefined : 'the attractor has no BGP gateway'),
  judge: ({ config, protocols, routes }, say, subject) => expectedOf(config, subject).gateways.filter(gateway => gateway.protocol === 'bgp').flatMap(gateway => {
    const protocol = protocolOf(protocols.data, gateway)
    if (protocol?.bgp?.state !== 'Established' || routes.data.some(route => route.protocol === protocol.name)) return []
    const about = { gateway: gateway.address, family: gateway.family, name: gateway.name }
    const imported = protocol.channels.reduce((sum, channel) => sum + (channel.routes?.imported ?? 0), 0)
    return [imported === 0 ? say.nothing(about, protocols.at(protocol), routes.at()) : say.noDefault({ ...about, imported }, protocols.at(protocol), routes.at())]
  }),
})
