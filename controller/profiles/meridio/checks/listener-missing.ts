import { defineCheck, own } from '#judge/check.ts'
import type { Flow } from '../facts/config-types.ts'
import { sockets } from '../facts/transcripts.ts'
import { hearsFlow, isTold, listeners } from '../lib/listening.ts'
import { noStream, openVips, targetReads } from '../lib/target.ts'

/** Somebody in the target must listen where its flows lead; one listener per flow and family is enough, as a flow may name more ports than the application uses. */
export default defineCheck({
  id: 'listener-missing',
  subject: 'tapa',
  severity: 'loss',
  reads: { ...targetReads, sockets: own(sockets) },
  messages: {
    nobody: (a: { flow: string; family: string; vip: string; ports: string; protocols: string }) => `nothing listens on ${a.vip} (${a.protocols} ${a.ports}) for flow ${a.flow}`,
    nobodyForAny: (a: { family: string; vip: string; flows: string }) => `nothing listens on ${a.vip} for any of its flows (${a.flows})`,
  },
  why: 'Load balancers go on choosing this target; its share of new connections is refused.',
  fix: 'Start the application, or let it listen on the VIP or on any address of this family, on a port of the flow (behind a port-NAT: on its target port).',
  source: 'Meridio troubleshooting guide, Target; catalogue T10',
  unless: sight => noStream(sight) ?? (sight.config.data.flows.some(isTold) ? undefined : 'no flow of the trench is TCP or UDP alone, and ss lists no other sockets'),
  unseen: ({ config, addresses, sockets }) => {
    const open = openVips(addresses.data, config.data)
    return config.data.flows.filter(flow => !isTold(flow) && open.some(({ vip, row }) => flow.vips.includes(vip.prefix) && !hearsFlow(listeners(sockets.data, vip, row.interface), flow, vip, config.data)))
      .map(flow => `flow ${flow.name}: ss lists no ${flow.protocols.filter(protocol => protocol !== 'tcp' && protocol !== 'udp').join(' or ')} sockets`)
  },
  judge: ({ config, addresses, sockets }, say) => openVips(addresses.data, config.data).flatMap(({ vip, row }) => {
    const ears = listeners(sockets.data, vip, row.interface)
    const flows = config.data.flows.filter(flow => flow.vips.includes(vip.prefix))
    const deaf = flows.filter(flow => isTold(flow) && !hearsFlow(ears, flow, vip, config.data))
    // which of several streams with this VIP the application has opened cannot be seen: one that is served is enough
    if (new Set(flows.map(({ stream }) => stream)).size > 1) {
      return deaf.length < flows.length ? [] : [say.nobodyForAny({ family: vip.family, vip: vip.prefix, flows: names(flows) }, sockets.at(), ...flows.map(flow => config.at(flow)))]
    }
    return deaf.map(flow => say.nobody({ flow: flow.name, family: vip.family, vip: vip.prefix, ports: flow.destinationPorts.join(',') || 'any port', protocols: flow.protocols.join('/') }, sockets.at(), config.at(flow)))
  }),
})

const names = (flows: readonly Flow[]) => flows.map(({ name }) => name).join(', ')
