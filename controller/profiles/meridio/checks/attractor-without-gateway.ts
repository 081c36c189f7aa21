import { cluster, defineCheck } from '#judge/check.ts'
import { trenchConfig } from '../facts/trench-config.ts'

/** A load balancer without any gateway never has external connectivity, so it never becomes ready. */
export default defineCheck({
  id: 'attractor-without-gateway',
  subject: 'trench',
  severity: 'outage',
  reads: { config: cluster(trenchConfig) },
  messages: {
    none: (a: { attractor: string; conduit: string }) => `attractor ${a.attractor} has no gateway`,
  },
  why: 'Its load balancers take no traffic and proxies leave them out.',
  fix: 'List the gateways in the Attractor: a Gateway that no attractor names is not used.',
  source: 'Meridio v1.2.8 pkg/frontend; catalogue K11',
  explains: ['pod-not-ready', 'lb-evicted', 'stream-unknown', 'flow-missing', 'vip-not-announced'],
  unless: ({ config }) => (config.data.attractors.length === 0 ? 'the trench has no attractor' : undefined),
  judge: ({ config }, say) => config.data.attractors
    .filter(attractor => !config.data.gateways.some(gateway => attractor.gateways.includes(gateway.name)))
    .map(attractor => say.none({ attractor: attractor.name, conduit: attractor.conduits.join(',') }, config.at(attractor))),
})
