import { cluster, defineCheck } from '#judge/check.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import type { Family } from '../lib/address.ts'

/** A VIP is announced by the attractor that lists it; a flow may use only VIPs of the attractor of its conduit. */
export default defineCheck({
  id: 'vip-not-in-attractor',
  subject: 'trench',
  severity: 'outage',
  reads: { config: cluster(trenchConfig) },
  messages: {
    absent: (a: { family: Family; vip: string; name: string; flow: string; attractors: string; conduit: string }) => `flow ${a.flow} uses VIP ${a.name} (${a.vip}), but no attractor of conduit ${a.conduit} lists it${a.attractors}`,
  },
  why: 'No load balancer of the flow announces the VIP or takes its replies: it cannot be reached.',
  fix: 'List the VIP in the Attractor of the conduit.',
  source: 'meridio.md §2.1; catalogue K11',
  unless: ({ config }) => (config.data.flows.some(({ vips }) => vips.length > 0) ? undefined : 'no flow of the trench has a VIP'),
  judge: ({ config }, say) => {
    const { attractors, streams, flows, vips } = config.data
    return flows.flatMap(flow => {
      const conduit = streams.find(({ name }) => name === flow.stream)?.conduit
      if (conduit === undefined) return []
      const own = attractors.filter(({ conduits }) => conduits.includes(conduit))
      return vips.filter(vip => flow.vips.includes(vip.prefix) && !own.some(attractor => attractor.vips.includes(vip.name))).map(vip => say.absent({
        family: vip.family, vip: vip.prefix, name: vip.name, flow: flow.name, conduit, attractors: own.length === 0 ? ': the conduit has none' : ` (${own.map(({ name }) => name).join(', ')})`,
      }, config.at(flow), config.at(vip), ...own.map(attractor => config.at(attractor))))
    })
  },
})
