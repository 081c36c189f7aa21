import { cluster, defineCheck, own } from '#judge/check.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'
import { protocolOf } from '../lib/gateway.ts'

/** The frontend writes one BIRD protocol per gateway of its attractor, of the kind the resource says. */
export default defineCheck({
  id: 'gateway-protocol-missing',
  subject: 'lb',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), protocols: own(birdProtocols) },
  messages: {
    missing: (a: { gateway: string; name: string; family: string }) => `BIRD has no protocol NBR-${a.name} for gateway ${a.gateway}`,
    withheld: (a: { gateway: string; name: string; family: string }) => `BIRD has no protocol NBR-${a.name} for gateway ${a.gateway}, whose session has a password: its Secret or the key in it is missing, or the configuration is older`,
    otherKind: (a: { gateway: string; name: string; family: string; kind: string; wanted: string }) => `NBR-${a.name} (${a.gateway}) is a ${a.kind} protocol, the Gateway says ${a.wanted}`,
  },
  why: 'This gateway is not used as the resource says: BIRD\'s configuration is older, or the frontend left the gateway out.',
  fix: 'Look in the frontend log for "Skip gateway" (the Secret of its password is missing) and for configuration errors; without any gateway in BIRD, look at the frontend\'s connection to NSP.',
  source: 'Meridio troubleshooting guide, Frontend; bird.md §6; catalogue K22, L05',
  explains: ['default-route-not-received', 'kernel-default-route-missing', 'bfd-session-down', 'vip-not-announced', 'pod-not-ready', 'bird-listener-missing'],
  unless: ({ config }, subject) => (expectedOf(config, subject).gateways.length === 0 ? 'the attractor has no gateway' : undefined),
  judge: ({ config, protocols }, say, subject) => expectedOf(config, subject).gateways.flatMap(gateway => {
    const about = { gateway: gateway.address, name: gateway.name, family: gateway.family }
    const protocol = protocolOf(protocols.data, gateway)
    if (!protocol) return [(gateway.password ? say.withheld : say.missing)(about, protocols.at(), config.at(gateway))]
    const wanted = gateway.protocol === 'bgp' ? 'BGP' : 'Static'
    return protocol.proto === wanted ? [] : [say.otherKind({ ...about, kind: protocol.proto, wanted }, protocols.at(protocol), config.at(gateway))]
  }),
})
