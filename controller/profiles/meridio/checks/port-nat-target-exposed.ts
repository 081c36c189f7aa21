import { cluster, defineCheck } from '#judge/check.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { inRanges } from '../lib/ports.ts'

/** Replies from the target port of a port-NAT are always rewritten; a flow that leads to this port directly gets them too. */
export default defineCheck({
  id: 'port-nat-target-exposed',
  subject: 'trench',
  severity: 'loss',
  reads: { config: cluster(trenchConfig) },
  messages: {
    exposed: (a: { flow: string; port: string; target: number; vips: string }) => `flow ${a.flow} leads to port ${a.target} of ${a.vips} directly, but replies from it are rewritten by port-NAT ${a.port}`,
  },
  why: 'Clients that use the target port get replies from another port: all of their connections fail.',
  fix: 'Use another VIP or another port for one of the two; take the target port out of the flow.',
  source: 'measured (test/fixtures/trench/variants/port-nat); catalogue K15',
  unless: ({ config }) => (config.data.conduits.some(({ portNats }) => portNats.length > 0) ? undefined : 'no conduit has a port-NAT'),
  judge: ({ config }, say) => {
    const { conduits, streams, flows, vips } = config.data
    return conduits.flatMap(conduit => conduit.portNats.flatMap(nat => {
      const prefixes = vips.filter(vip => nat.vips.includes(vip.name)).map(vip => vip.prefix)
      const exposing = flows.filter(flow => streams.some(stream => stream.name === flow.stream && stream.conduit === conduit.name)
        && flow.protocols.includes(nat.protocol) && flow.vips.some(vip => prefixes.includes(vip)) && inRanges(nat.targetPort, flow.destinationPorts))
      return exposing.map(flow => say.exposed({
        flow: flow.name, port: `${nat.port}-${nat.targetPort}-${nat.protocol}`, target: nat.targetPort, vips: flow.vips.filter(vip => prefixes.includes(vip)).join(', '),
      }, config.at(conduit), config.at(flow)))
    }))
  },
})
