import { cluster, defineCheck } from '#judge/check.ts'
import { trenchConfig } from '../facts/trench-config.ts'

/** What a resource names must exist in its trench: the webhook checks formats, not references. */
export default defineCheck({
  id: 'reference-dangling',
  subject: 'trench',
  severity: 'loss',
  reads: { config: cluster(trenchConfig) },
  messages: {
    flowStream: (a: { flow: string; stream: string }) => `flow ${a.flow} names stream ${a.stream}, which does not exist`,
    flowVip: (a: { flow: string; vip: string }) => `flow ${a.flow} names VIP ${a.vip}, which does not exist`,
    streamConduit: (a: { stream: string; conduit: string }) => `stream ${a.stream} names conduit ${a.conduit}, which does not exist`,
    attractor: (a: { kind: string; name: string; attractor: string } & Named) => `attractor ${a.attractor} names ${a.kind} ${a.name}, which does not exist`,
    natVip: (a: { conduit: string; port: string; vip: string }) => `port-NAT ${a.port} of conduit ${a.conduit} names VIP ${a.vip}, which does not exist`,
  },
  why: 'The part that names it does not take effect: its traffic is not announced, not balanced or not answered.',
  fix: 'Correct the name, or make the resource that is named; both need the same label `trench`.',
  source: 'meridio.md §2.1; catalogue K08',
  explains: ['flow-without-vip', 'attractor-without-gateway', 'vip-not-in-attractor', 'family-without-gateway'],
  judge: ({ config }, say) => {
    const { attractors, gateways, vips, conduits, streams, flows } = config.data
    const unknown = (names: readonly string[], known: readonly { readonly name: string }[]) => names.filter(name => !known.some(one => one.name === name))
    return [
      ...flows.flatMap(flow => [
        ...unknown([flow.stream], streams).map(stream => say.flowStream({ flow: flow.name, stream }, config.at(flow))),
        ...flow.unknownVips.map(vip => say.flowVip({ flow: flow.name, vip }, config.at(flow))),
      ]),
      ...streams.flatMap(stream => unknown([stream.conduit], conduits).map(conduit => say.streamConduit({ stream: stream.name, conduit }, config.at(stream)))),
      ...attractors.flatMap(attractor => [
        ...unknown(attractor.gateways, gateways).map(name => say.attractor({ kind: 'gateway', name, attractor: attractor.name, gateway: name }, config.at(attractor))),
        ...unknown(attractor.vips, vips).map(name => say.attractor({ kind: 'VIP', name, attractor: attractor.name, vip: name }, config.at(attractor))),
        ...unknown(attractor.conduits, conduits).map(name => say.attractor({ kind: 'conduit', name, attractor: attractor.name, conduit: name }, config.at(attractor))),
      ]),
      ...conduits.flatMap(conduit => conduit.portNats.flatMap(nat => unknown(nat.vips, vips).map(vip => say.natVip({ conduit: conduit.name, port: `${nat.port}-${nat.targetPort}-${nat.protocol}`, vip }, config.at(conduit))))),
    ]
  },
})

/** what makes the finding one */
interface Named { readonly gateway?: string; readonly vip?: string; readonly conduit?: string }
