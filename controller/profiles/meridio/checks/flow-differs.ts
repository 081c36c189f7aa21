import { cluster, defineCheck, own } from '#judge/check.ts'
import { nfqlbFlows } from '#facts/nfqlb-flows.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'
import { flowDifferences, nfqlbFlowOf } from '../lib/flow.ts'

/** nfqlb's flows must mean what the Flow resources say. */
export default defineCheck({
  id: 'flow-differs',
  subject: 'lb',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), flows: own(nfqlbFlows) },
  messages: {
    differs: (a: { flow: string; stream: string; differences: string }) => `flow ${a.flow} of stream ${a.stream}: ${a.differences}`,
  },
  why: 'Packets that the resource means are dropped, or go to the wrong stream.',
  fix: 'Compare Flow, ConfigMap meridio-configuration and NSP: the first that deviates is at fault; restarting stateless-lb writes the flows anew.',
  source: 'Meridio troubleshooting guide, Nfqlb; nfqlb.md §5; catalogue L24',
  explains: ['vip-stage-missing', 'packets-unmatched'],
  unless: ({ config }, subject) => (expectedOf(config, subject).flows.length === 0 ? 'the conduit has no flow' : undefined),
  judge: ({ config, flows }, say, subject) => expectedOf(config, subject).flows.flatMap(flow => {
    const seen = nfqlbFlowOf(flows.data, flow)
    const differences = seen ? flowDifferences(seen, flow) : []
    const text = differences.map(({ field, seen: is, wanted: should }) => `${field} ${is}, not ${should}`).join('; ')
    return seen && differences.length > 0 ? [say.differs({ flow: flow.name, stream: flow.stream, differences: text }, flows.at(seen), config.at(flow))] : []
  }),
})
