import { cluster, defineCheck, own } from '#judge/check.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf, externalInterface } from '../lib/expected.ts'
import { gatewayMustHave, isConnected, ourAddress, protocolOf } from '../lib/gateway.ts'

/** A static gateway's protocol is always up; only its route tells whether the gateway is used. */
export default defineCheck({
  id: 'static-gateway-down',
  subject: 'lb',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), protocols: own(birdProtocols), addresses: own(ipAddresses) },
  messages: {
    noRoute: (a: { gateway: string; family: string; name: string; reason: string; needs: string }) => `NBR-${a.name} (${a.gateway}) gives no route: ${a.reason}; ${a.needs}`,
    disabled: (a: { gateway: string; family: string; name: string; state: string }) => `NBR-${a.name} (${a.gateway}) is ${a.state}: disabled by hand on our side`,
  },
  why: 'This gateway gives no way out for its family. With no gateway left in a family the frontend withdraws: streams, targets and interfaces of this load balancer go too.',
  fix: 'Look at the BFD session with the gateway, at its address, and at the external interface; `birdc show static` shows the route as dormant.',
  source: 'bird.md §5, 6 (static, dormant); catalogue L06',
  explains: ['kernel-default-route-missing', 'vip-not-announced', 'pod-not-ready', 'lb-evicted', 'stream-unknown', 'flow-missing', 'return-lookup-astray'],
  unless: ({ config }, subject) => (expectedOf(config, subject).gateways.some(gateway => gateway.protocol === 'static') ? undefined : 'the attractor has no static gateway'),
  judge: ({ config, protocols, addresses }, say, subject) => expectedOf(config, subject).gateways.filter(gateway => gateway.protocol === 'static').flatMap(gateway => {
    const protocol = protocolOf(protocols.data, gateway)
    if (protocol?.proto !== 'Static' || isConnected(gateway, protocols.data)) return []
    const about = { gateway: gateway.address, family: gateway.family, name: gateway.name }
    if (protocol.state !== 'up') return [say.disabled({ ...about, state: protocol.state }, protocols.at(protocol), config.at(gateway))]
    const reason = gateway.bfd ? 'its BFD session is not up, or its address is not on the external interface\'s network' : 'its address is not on the external interface\'s network'
    const needs = gatewayMustHave(gateway, ourAddress(addresses.data, externalInterface(config, subject), gateway.family))
    return [say.noRoute({ ...about, reason, needs }, protocols.at(protocol), config.at(gateway))]
  }),
})
