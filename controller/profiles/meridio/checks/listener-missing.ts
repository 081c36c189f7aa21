import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { sockets } from '#facts/sockets.ts'
import type { Flow } from '../facts/config-types.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { canonicalAddress, type Family, familyOf } from '../lib/address.ts'
import { inRanges } from '../lib/ports.ts'
import { noStream, openVips } from '../lib/target.ts'

/** Somebody in the target must listen where its flows lead; one listener per flow and family is enough, as a flow may name more ports than the application uses. */
export default defineCheck({
  id: 'listener-missing',
  subject: 'tapa',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), addresses: own(ipAddresses), sockets: own(sockets) },
  messages: {
    nobody: (a: { flow: string; family: string; vip: string; ports: string; protocols: string }) => `nothing listens on ${a.vip} (${a.protocols} ${a.ports}) for flow ${a.flow}`,
  },
  why: 'Load balancers go on choosing this target; its share of new connections is refused.',
  fix: 'Start the application, or let it listen on the VIP or on any address of this family.',
  source: 'Meridio troubleshooting guide, Target; catalogue T10',
  unless: ({ addresses }) => noStream(addresses),
  judge: ({ config, addresses, sockets }, say) => {
    const open = openVips(addresses.data, config.data).map(({ vip }) => vip)
    const ears = sockets.data.filter(socket => socket.protocol !== 'unix').filter(socket => socket.state === 'LISTEN' || (socket.protocol === 'udp' && socket.state === 'UNCONN'))
    // ss does not list SCTP, and any port may be meant by a flow without ports: neither can be judged here
    const judged = config.data.flows.filter(flow => flow.destinationPorts.length > 0 && flow.protocols.every(protocol => protocol !== 'sctp'))
    return judged.flatMap(flow => open.filter(vip => flow.vips.includes(vip.prefix)).filter(vip => !ears.some(({ protocol, local }) =>
      flow.protocols.includes(protocol) && inRanges(local.port ?? 0, listenPorts(flow, config.data.conduits)) && hears(local.address, vip.address, vip.family)))
      .map(vip => say.nobody({ flow: flow.name, family: vip.family, vip: vip.prefix, ports: flow.destinationPorts.join(','), protocols: flow.protocols.join('/') }, sockets.at(), config.at(flow))))
  },
})

function hears(local: string, vip: string, family: Family): boolean {
  return local === '*' || canonicalAddress(local) === vip || (familyOf(local) === family && (local === '0.0.0.0' || local === '::'))
}

/** A port-NAT of the conduit moves the port on the way in. */
function listenPorts(flow: Flow, conduits: readonly { readonly portNats: readonly { readonly port: number; readonly targetPort: number }[] }[]): readonly string[] {
  const moved = conduits.flatMap(conduit => conduit.portNats).filter(nat => inRanges(nat.port, flow.destinationPorts)).map(nat => String(nat.targetPort))
  return [...flow.destinationPorts, ...moved]
}
