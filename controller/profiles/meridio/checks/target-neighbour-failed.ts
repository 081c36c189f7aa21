import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipNeighbours } from '#facts/ip-neighbours.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { oncePerTarget, sameAddress, targetWays, unseenTargets } from '../lib/lb-targets.ts'
import { noActiveTarget, unseenStreams } from '../lib/streams.ts'

/** The neighbour table follows a dead target with a delay of up to 30 s; only FAILED and INCOMPLETE mean something. */
export default defineCheck({
  id: 'target-neighbour-failed',
  subject: 'lb',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), streams: own(nfqlbStreams), rules: own(ipRules), routes: own(ipRoutes), neighbours: own(ipNeighbours) },
  messages: {
    failed: (a: { family: string; stream: string; target: string; state: string; interface: string }) => `${a.stream}: nobody answers for active target ${a.target} on ${a.interface}: neighbour ${a.state}`,
  },
  why: 'The share of the flows that hash to this target is lost through this load balancer.',
  fix: 'Look at the target pod, its port in the proxy of its node, and the link to that proxy.',
  source: 'meridio.md §3.5; catalogue L33',
  explains: ['target-unreachable'],
  unless: ({ streams }) => noActiveTarget(streams),
  unseen: ({ config, streams, rules, routes }) => [...unseenStreams(streams), ...unseenTargets(targetWays(streams.data, rules.data, routes.data, config.data.families))],
  judge: ({ config, streams, rules, routes, neighbours }, say) => oncePerTarget(targetWays(streams.data, rules.data, routes.data, config.data.families)).flatMap(({ family, stream, target, route }) => neighbours.data
    .filter(row => row.interface === route?.dev && sameAddress(row.address, route.gateway) && row.state.some(state => state === 'FAILED' || state === 'INCOMPLETE'))
    .map(row => say.failed({ family, stream, target, state: row.state.join(','), interface: row.interface }, neighbours.at(row), routes.at(route)))),
})
