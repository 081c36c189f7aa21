import { cluster, defineCheck, own } from '#judge/check.ts'
import { birdDefaultRoutes } from '#facts/bird-default-routes.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'
import { protocolOf } from '../lib/gateway.ts'
import { defaultsAsked } from '../lib/routes.ts'

/** A gateway whose session is up must announce a default route, or replies to clients end in the blackhole table. */
export default defineCheck({
  id: 'default-route-not-received',
  subject: 'lb',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), protocols: own(birdProtocols), routes: own(birdDefaultRoutes) },
  messages: {
    noFamily: (a: { gateway: string; family: string; name: string }) => `NBR-${a.name} (${a.gateway}) is Established, but not for ${a.family} routes`,
    nothing: (a: { gateway: string; family: string; name: string }) => `NBR-${a.name} (${a.gateway}) is Established, but gives no route: the gateway announces none, or only such as BIRD drops (our AS in the path, a next hop that is not on the link)`,
    refused: (a: { gateway: string; family: string; name: string; filtered: number }) => `NBR-${a.name} (${a.gateway}) is Established, but our filter takes none of its routes (${a.filtered} refused)`,
    noDefault: (a: { gateway: string; family: string; name: string; imported: number; also: string }) => `NBR-${a.name} (${a.gateway}) gives ${a.imported} routes, but no default route${a.also}: replies to all other clients are dropped`,
  },
  why: 'The session is up and, for clients beyond these routes, useless: through this gateway there is no way back to them.',
  fix: 'Look at the export policy of the gateway; bird.log names a next hop that is not on the link. No default may be intended where the gateway announces the networks of all clients.',
  source: 'bird.md §6; catalogue L08, L09',
  explains: ['kernel-default-route-missing', 'return-lookup-astray'],
  unless: ({ config }, subject) => (expectedOf(config, subject).gateways.some(gateway => gateway.protocol === 'bgp') ? undefined : 'the attractor has no BGP gateway'),
  judge: ({ config, protocols, routes }, say, subject) => expectedOf(config, subject).gateways.filter(gateway => gateway.protocol === 'bgp').flatMap(gateway => {
    const protocol = protocolOf(protocols.data, gateway)
    if (protocol?.bgp?.state !== 'Established' || routes.data.some(route => route.protocol === protocol.name && route.family === gateway.family)) return []
    const about = { gateway: gateway.address, family: gateway.family, name: gateway.name }
    const channel = protocol.channels.find(({ name }) => name === gateway.family.toLowerCase())
    if (channel?.state !== 'UP') return [say.noFamily(about, protocols.at(channel ?? protocol))]
    // with VRRP next hops the frontend takes no route from BGP, on purpose
    if (channel.inputFilter === 'REJECT') return []
    const imported = channel.routes?.imported ?? 0
    const filtered = channel.importUpdates?.filtered ?? 0
    const proof = [protocols.at(channel.routes ?? channel), routes.at(defaultsAsked[gateway.family])]
    if (imported === 0) return [filtered === 0 ? say.nothing(about, ...proof) : say.refused({ ...about, filtered }, ...proof)]
    const limit = channel.importLimit?.hit ? `, its import limit of ${channel.importLimit.limit} is hit` : ''
    return [say.noDefault({ ...about, imported, also: `${filtered === 0 ? '' : `, ${filtered} refused by our filter`}${limit}` }, ...proof)]
  }),
})
