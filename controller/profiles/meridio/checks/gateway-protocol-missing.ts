import { cluster, defineCheck, own } from '#judge/check.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'
import { protocolOf } from '../lib/gateway.ts'

/** The frontend writes one BIRD protocol per gateway of its attractor, and no other. */
export default defineCheck({
  id: 'gateway-protocol-missing',
  subject: 'lb',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), protocols: own(birdProtocols) },
  messages: {
    missing: (a: { gateway: string; name: string; family: string }) => `BIRD has no protocol NBR-${a.name} for gateway ${a.gateway}`,
    leftover: (a: { gateway: string }) => `BIRD has ${a.gateway}, but the attractor lists no such gateway`,
  },
  why: 'Missing: this gateway is not used at all. Left over: the configuration in force is older than the resources.',
  fix: 'Look in the frontend log for "Skip gateway" (a missing Secret) and for configuration errors; check the Attractor\'s list of gateways.',
  source: 'Meridio troubleshooting guide, Frontend; catalogue L05',
  explains: ['default-route-not-received', 'kernel-default-route-missing', 'bfd-session-down'],
  judge: ({ config, protocols }, say, subject) => {
    const { gateways } = expectedOf(config, subject)
    const missing = gateways.filter(gateway => !protocolOf(protocols.data, gateway))
    const leftover = protocols.data.filter(({ name, proto }) => name.startsWith('NBR-') && proto !== 'BFD' && !gateways.some(gateway => `NBR-${gateway.name}` === name))
    return [
      ...missing.map(gateway => say.missing({ gateway: gateway.address, name: gateway.name, family: gateway.family }, protocols.at(), config.at(gateway))),
      ...leftover.map(protocol => say.leftover({ gateway: protocol.name }, protocols.at(protocol))),
    ]
  },
})
