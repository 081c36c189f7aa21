import { cluster, defineCheck } from '#judge/check.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { overlap } from '../lib/flow-overlap.ts'

/** Of flows that match one packet the higher priority wins; at equal priority the one that was made first, which no resource says. */
export default defineCheck({
  id: 'flow-priority-tie',
  subject: 'trench',
  severity: 'risk',
  reads: { config: cluster(trenchConfig) },
  messages: {
    tie: (a: { flow: string; priority: number; streams: string }) => `flows ${a.flow} have priority ${a.priority} and match the same packets, for different streams (${a.streams})`,
  },
  why: 'Which stream gets the traffic depends on the order in which a load balancer learnt the flows: they may disagree, and change with a restart.',
  fix: 'Give the flows different priorities, or let them differ in VIPs, ports or sources.',
  source: 'nfqlb.md §5; catalogue K16',
  unless: ({ config }) => (new Set(config.data.flows.map(({ stream }) => stream)).size < 2 ? 'the flows of the trench lead to one stream' : undefined),
  judge: ({ config }, say) => {
    const { flows, streams } = config.data
    const conduitOf = (stream: string) => streams.find(({ name }) => name === stream)?.conduit
    return flows.flatMap((flow, index) => flows.slice(index + 1)
      .filter(other => other.stream !== flow.stream && conduitOf(other.stream) === conduitOf(flow.stream) && other.priority === flow.priority && overlap(flow, other))
      .map(other => say.tie({ flow: `${flow.name} and ${other.name}`, priority: flow.priority, streams: `${flow.stream}, ${other.stream}` }, config.at(flow), config.at(other))))
  },
})
