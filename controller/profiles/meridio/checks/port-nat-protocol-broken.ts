import { cluster, defineCheck } from '#judge/check.ts'
import { trenchConfig } from '../facts/trench-config.ts'

/** Port-NAT rewrites the checksum where TCP has it, for every protocol. */
export default defineCheck({
  id: 'port-nat-protocol-broken',
  subject: 'trench',
  severity: 'loss',
  reads: { config: cluster(trenchConfig) },
  messages: {
    broken: (a: { conduit: string; port: string; protocol: string; effect: string }) => `port-NAT ${a.port} of conduit ${a.conduit} is for ${a.protocol}: ${a.effect}`,
  },
  why: 'The application gets payload that the client did not send, or nothing at all.',
  fix: 'Let the application listen on the port itself; port-NAT works for TCP only (all versions up to v1.2.8).',
  source: 'Meridio v1.2.8 pkg/nat/nat.go, measured for UDP (meridio.md §3.3); catalogue K14',
  unless: ({ config }) => (config.data.conduits.some(({ portNats }) => portNats.length > 0) ? undefined : 'no conduit has a port-NAT'),
  judge: ({ config }, say) => config.data.conduits.flatMap(conduit => conduit.portNats.flatMap(({ port, targetPort, protocol }) => {
    const effect = effects[protocol]
    return effect === undefined ? [] : [say.broken({ conduit: conduit.name, port: `${port}-${targetPort}-${protocol}`, protocol: protocol.toUpperCase(), effect }, config.at(conduit))]
  })),
})

const effects: Readonly<Record<string, string>> = {
  udp: 'bytes 8 and 9 of every payload are overwritten, and the checksum stays valid',
  sctp: 'its CRC cannot be right, packets are dropped by the receiver',
}
