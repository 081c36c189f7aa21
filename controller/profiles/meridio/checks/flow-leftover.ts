import { cluster, defineCheck, own } from '#judge/check.ts'
import { nfqlbFlows } from '#facts/nfqlb-flows.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'
import { nfqlbFlowOf } from '../lib/flow.ts'

/** nfqlb has no flow that nobody describes; what it makes for itself (`#name`, for a flow with udpencap) does not count. */
export default defineCheck({
  id: 'flow-leftover',
  subject: 'lb',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), flows: own(nfqlbFlows) },
  messages: {
    leftover: (a: { flow: string; priority: number }) => `nfqlb has flow ${a.flow} (priority ${a.priority}), which no Flow resource of the conduit describes`,
  },
  why: 'Packets it matches are balanced although nobody wants that; before flows of lower priority it takes their packets away.',
  fix: 'Compare Flow, ConfigMap meridio-configuration and NSP: the first that still has it is at fault; restarting stateless-lb writes the flows anew.',
  source: 'Meridio troubleshooting guide, Nfqlb; catalogue L24',
  judge: ({ config, flows }, say, subject) => {
    const described = new Set(expectedOf(config, subject).flows.map(flow => nfqlbFlowOf(flows.data, flow)))
    return flows.data.filter(flow => !flow.companion && !described.has(flow)).map(flow => say.leftover({ flow: flow.name, priority: flow.priority }, flows.at(flow)))
  },
})
