import { cluster, defineCheck, own } from '#judge/check.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf, externalInterface } from '../lib/expected.ts'
import { gatewayMustHave, protocolOf } from '../lib/gateway.ts'
import { globalAddresses } from '../lib/interfaces.ts'

/** A BGP gateway is up when its session is Established. */
export default defineCheck({
  id: 'bgp-session-down',
  subject: 'lb',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), protocols: own(birdProtocols), addresses: own(ipAddresses) },
  messages: {
    down: (a: { gateway: string; family: string; name: string; state: string; reason: string; wait: string; needs: string }) =>
      `NBR-${a.name} (${a.gateway}) is ${a.state}${a.reason}${a.wait}; ${a.needs}`,
  },
  why: 'Without the session this load balancer neither announces VIPs to the gateway nor learns the way out.',
  fix: 'Compare both sides: ASN, ports, hold time, address family, password, allowed peer addresses. After an error BIRD waits 60 to 300 s: `birdc restart` of the protocol shortens it.',
  source: 'Meridio troubleshooting guide, BGP; bird.md §5, 6; catalogue L06',
  explains: ['default-route-not-received', 'kernel-default-route-missing', 'bfd-session-down', 'vip-not-announced', 'pod-not-ready'],
  unless: ({ config }, subject) => (expectedOf(config, subject).gateways.some(gateway => gateway.protocol === 'bgp') ? undefined : 'the attractor has no BGP gateway'),
  judge: ({ config, protocols, addresses }, say, subject) => expectedOf(config, subject).gateways.filter(gateway => gateway.protocol === 'bgp').flatMap(gateway => {
    const protocol = protocolOf(protocols.data, gateway)
    if (!protocol || (protocol.state === 'up' && protocol.bgp?.state === 'Established')) return []
    const own = globalAddresses(addresses.data).find(row => row.interface === externalInterface(config, subject) && row.family === gateway.family)
    const error = protocol.bgp?.lastError?.text ?? protocol.message
    return [say.down({
      gateway: gateway.address,
      family: gateway.family,
      name: gateway.name,
      state: protocol.bgp?.state ?? protocol.state,
      reason: error === undefined ? '' : `, ${error}`,
      wait: protocol.bgp?.errorWait === undefined ? '' : `, BIRD waits ${Math.round(protocol.bgp.errorWait.leftS)} s before it tries again`,
      needs: gatewayMustHave(gateway, own?.address),
    }, protocols.at(protocol), ...(protocol.bgp?.lastError ? [protocols.at(protocol.bgp.lastError)] : []), config.at(gateway))]
  }),
})
