import { cluster, defineCheck } from '#judge/check.ts'
import { trenchConfig } from '../facts/trench-config.ts'

/** A flow says by its VIPs which packets it means; without any it matches every address. */
export default defineCheck({
  id: 'flow-without-vip',
  subject: 'trench',
  severity: 'loss',
  reads: { config: cluster(trenchConfig) },
  messages: {
    none: (a: { flow: string; stream: string; priority: number }) => `flow ${a.flow} of stream ${a.stream} has no VIP that exists: it matches any address, with priority ${a.priority}`,
  },
  why: 'Traffic of other flows, of the same or a lower priority, goes to this flow\'s stream.',
  fix: 'Give the flow its VIPs, or delete it.',
  source: 'Meridio #215; catalogue K12',
  unless: ({ config }) => (config.data.flows.length === 0 ? 'the trench has no flow' : undefined),
  judge: ({ config }, say) => config.data.flows.filter(({ vips }) => vips.length === 0).map(flow => say.none({ flow: flow.name, stream: flow.stream, priority: flow.priority }, config.at(flow))),
})
