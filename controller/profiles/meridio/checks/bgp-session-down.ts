import { cluster, defineCheck, own } from '#judge/check.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { bgpStory } from '../lib/bgp-story.ts'
import { expectedOf, externalInterface } from '../lib/expected.ts'
import { gatewayMustHave, isConnected, ourAddress, protocolOf } from '../lib/gateway.ts'

/** A BGP gateway is up when its session is Established. */
export default defineCheck({
  id: 'bgp-session-down',
  subject: 'lb',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), protocols: own(birdProtocols), addresses: own(ipAddresses) },
  messages: {
    down: (a: { gateway: string; family: string; name: string; story: string; needs: string }) => `NBR-${a.name} (${a.gateway}) is ${a.story}; ${a.needs}`,
  },
  why: 'Without the session this load balancer neither announces VIPs to the gateway nor learns the way out. With no gateway left in a family the frontend withdraws: streams, targets and interfaces of this load balancer go too.',
  fix: 'Compare both sides: ASN, ports, hold time, address family, password, allowed peer addresses; bird.log holds every attempt. After an error BIRD waits 60 to 300 s: `birdc restart` of the protocol shortens it.',
  source: 'Meridio troubleshooting guide, BGP; bird.md §5, 6; catalogue L06, L08',
  explains: ['default-route-not-received', 'kernel-default-route-missing', 'bfd-session-down', 'vip-not-announced', 'pod-not-ready', 'lb-evicted', 'stream-unknown', 'flow-missing', 'return-lookup-astray', 'bird-log-complaint', 'bird-listener-missing'],
  unless: ({ config }, subject) => (expectedOf(config, subject).gateways.some(gateway => gateway.protocol === 'bgp') ? undefined : 'the attractor has no BGP gateway'),
  judge: ({ config, protocols, addresses }, say, subject) => expectedOf(config, subject).gateways.filter(gateway => gateway.protocol === 'bgp').flatMap(gateway => {
    const protocol = protocolOf(protocols.data, gateway)
    if (!protocol?.bgp || isConnected(gateway, protocols.data)) return []
    const about = { gateway: gateway.address, family: gateway.family, name: gateway.name, story: bgpStory(protocol, gateway) }
    const needs = gatewayMustHave(gateway, ourAddress(addresses.data, externalInterface(config, subject), gateway.family))
    return [say.down({ ...about, needs }, protocols.at(protocol), ...(protocol.bgp.lastError ? [protocols.at(protocol.bgp.lastError)] : []), config.at(gateway))]
  }),
})
