import { cluster, defineCheck, own } from '#judge/check.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'
import { protocolOf } from '../lib/gateway.ts'

/** A static gateway's protocol is always up; only its route tells whether the gateway is used. */
export default defineCheck({
  id: 'static-gateway-down',
  subject: 'lb',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), protocols: own(birdProtocols) },
  messages: {
    noRoute: (a: { gateway: string; family: string; name: string }) => `the static route of NBR-${a.name} by ${a.gateway} is not in use`,
    disabled: (a: { gateway: string; family: string; name: string; state: string }) => `NBR-${a.name} is ${a.state}`,
  },
  why: 'This gateway gives no way out for its family.',
  fix: 'Look at the BFD session with the gateway, at its address, and at the external interface.',
  source: 'bird.md §5 (static, dormant); catalogue L06',
  explains: ['kernel-default-route-missing'],
  unless: ({ config }, subject) => (expectedOf(config, subject).gateways.some(gateway => gateway.protocol === 'static') ? undefined : 'the attractor has no static gateway'),
  judge: ({ config, protocols }, say, subject) => expectedOf(config, subject).gateways.filter(gateway => gateway.protocol === 'static').flatMap(gateway => {
    const protocol = protocolOf(protocols.data, gateway)
    const about = { gateway: gateway.address, family: gateway.family, name: gateway.name }
    if (!protocol) return []
    if (protocol.state !== 'up') return [say.disabled({ ...about, state: protocol.state }, protocols.at(protocol))]
    return protocol.channels.some(channel => (channel.routes?.imported ?? 0) > 0) ? [] : [say.noRoute(about, protocols.at(protocol), config.at(gateway))]
  }),
})
