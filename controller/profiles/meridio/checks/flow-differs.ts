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
    leftover: (a: { flow: string }) => `nfqlb has flow ${a.flow}, which no Flow resource of the conduit describes`,
  },
  why: 'Packets that the resource means are dropped, or go to the wrong stream.',
  fix: 'Compare Flow, ConfigMap meridio-configuration and NSP: the first that deviates is at fault; restarting stateless-lb writes the flows anew.',
  source: 'Meridio troubleshooting guide, Nfqlb; catalogue L24',
  unless: ({ config }, subject) => (expectedOf(config, subject).flows.length === 0 ? 'the conduit has no flow' : undefined),
  judge: ({ config, flows }, say, subject) => {
    const wanted = expectedOf(config, subject).flows
    const differing = wanted.flatMap(flow => {
      const seen = nfqlbFlowOf(flows.data, flow)
      const differences = seen ? flowDifferences(seen, flow) : []
      return seen && differences.length > 0 ? [say.differs({ flow: flow.name, stream: flow.stream, differences: differences.map(({ field, seen: is, wanted: should }) => `${field} ${is}, not ${should}`).join('; ') }, flows.at(seen), config.at(flow))] : []
    })
    const described = new Set(wanted.map(flow => nfqlbFlowOf(flows.data, flow)))
    return [...differing, ...flows.data.filter(flow => !flow.companion && !described.has(flow)).map(flow => say.leftover({ flow: flow.name }, flows.at(flow)))]
  },
})
