import { cluster, defineCheck, own } from '#judge/check.ts'
import { nfqlbFlows } from '#facts/nfqlb-flows.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'
import { nfqlbFlowOf } from '../lib/flow.ts'

/** Each Flow of the conduit is a flow of nfqlb; packets that no flow matches are dropped and counted nowhere. */
export default defineCheck({
  id: 'flow-missing',
  subject: 'lb',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), flows: own(nfqlbFlows) },
  messages: {
    missing: (a: { flow: string; stream: string }) => `flow ${a.flow} of stream ${a.stream} is not in nfqlb`,
  },
  why: 'Traffic of this flow is dropped by the load balancer.',
  fix: 'Look in the load-balancer log for a refused flow (nfqlb refuses port ranges that begin with 0), then at NSP and ConfigMap meridio-configuration.',
  source: 'Meridio troubleshooting guide, Nfqlb; catalogue L24',
  explains: ['vip-stage-missing', 'packets-unmatched'],
  unless: ({ config }, subject) => (expectedOf(config, subject).flows.length === 0 ? 'the conduit has no flow' : undefined),
  judge: ({ config, flows }, say, subject) => expectedOf(config, subject).flows.filter(flow => !nfqlbFlowOf(flows.data, flow))
    .map(flow => say.missing({ flow: flow.name, stream: flow.stream }, flows.at(), config.at(flow))),
})
