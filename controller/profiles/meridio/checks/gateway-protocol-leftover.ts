import { cluster, defineCheck, own } from '#judge/check.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'
import { protocolOf } from '../lib/gateway.ts'

/** BIRD speaks with no gateway that its attractor does not list. */
export default defineCheck({
  id: 'gateway-protocol-leftover',
  subject: 'lb',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), protocols: own(birdProtocols) },
  messages: {
    leftover: (a: { gateway: string }) => `BIRD has a protocol for gateway ${a.gateway}, which the attractor does not list`,
  },
  why: 'BIRD runs with a configuration that is older than the resources: what changed since is not in force, and VIPs may be announced where they should not.',
  fix: 'Look in the frontend log for configuration errors and at its connection to NSP; restart the frontend container.',
  source: 'catalogue L05',
  judge: ({ config, protocols }, say, subject) => {
    const wanted = new Set(expectedOf(config, subject).gateways.map(gateway => protocolOf(protocols.data, gateway)))
    return protocols.data.filter(protocol => protocol.name.startsWith('NBR-') && protocol.proto !== 'BFD' && !wanted.has(protocol))
      .map(protocol => say.leftover({ gateway: protocol.name.slice('NBR-'.length) }, protocols.at(protocol)))
  },
})
