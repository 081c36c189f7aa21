import { cluster, defineCheck } from '#judge/check.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { portRange } from '../lib/ports.ts'

/** The webhook accepts port ranges from 0, nfqlb refuses them (all but the full one, which Meridio leaves out). */
export default defineCheck({
  id: 'port-range-from-zero',
  subject: 'trench',
  severity: 'outage',
  reads: { config: cluster(trenchConfig) },
  messages: {
    refused: (a: { flow: string; stream: string; ports: string }) => `flow ${a.flow} of stream ${a.stream} names ports ${a.ports}: nfqlb refuses ranges that begin with 0`,
  },
  why: 'The flow is in no load balancer: its traffic is dropped.',
  fix: 'Let the range begin with 1, or name all ports (0-65535).',
  source: 'nfqlb 1.2.0 ("Invalid dports"); meridio.md §2.1; catalogue K13',
  explains: ['flow-missing', 'vip-stage-missing'],
  unless: ({ config }) => (config.data.flows.length === 0 ? 'the trench has no flow' : undefined),
  judge: ({ config }, say) => config.data.flows.flatMap(flow => {
    const refused = [...flow.destinationPorts, ...flow.sourcePorts].filter(range => portRange(range).first === 0)
    return refused.length === 0 ? [] : [say.refused({ flow: flow.name, stream: flow.stream, ports: refused.join(', ') }, config.at(flow))]
  }),
})
