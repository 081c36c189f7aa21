import { cluster, defineCheck, own, planned } from '#judge/check.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { ping } from '../facts/transcripts.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { oncePerTarget, sameAddress, targetWays, unseenTargets } from '../lib/lb-targets.ts'
import { noActiveTarget, unseenStreams } from '../lib/streams.ts'

const way = { config: cluster(trenchConfig), streams: own(nfqlbStreams), rules: own(ipRules), routes: own(ipRoutes) }

/** Every active target answers a ping from the load balancer, in every family. */
export default defineCheck({
  id: 'target-unreachable',
  subject: 'lb',
  severity: 'loss',
  reads: {
    ...way,
    pings: planned(ping, way, ({ config, streams, rules, routes }) => targetWays(streams.data, rules.data, routes.data, config.data.families).flatMap(({ route }) => (route?.gateway === undefined ? [] : [{ address: route.gateway }]))),
  },
  messages: {
    silent: (a: { family: string; stream: string; target: string; fwmark: number; error: string }) => `${a.stream}: active target ${a.target} (fwmark ${a.fwmark}) does not answer a ping${a.error}`,
  },
  why: 'The share of the flows that hash to this target is lost through this load balancer.',
  fix: 'All targets of one node: look at its proxy, or at the tunnel between the nodes. One target: look at the pod and at its port in the proxy.',
  source: 'Meridio troubleshooting guide, Load balancer; catalogue L32, X04',
  unless: ({ streams }) => noActiveTarget(streams),
  unseen: ({ config, streams, rules, routes }) => [...unseenStreams(streams), ...unseenTargets(targetWays(streams.data, rules.data, routes.data, config.data.families))],
  judge: ({ config, streams, rules, routes, pings }, say) => {
    const ways = oncePerTarget(targetWays(streams.data, rules.data, routes.data, config.data.families))
    return pings.filter(({ data }) => data.received === 0).flatMap(seen => ways.filter(({ route }) => sameAddress(route?.gateway, seen.params.address)).map(({ family, stream, fwmark, target, route }) =>
      say.silent({ family, stream, target, fwmark, error: seen.data.error === undefined ? '' : ` (${seen.data.error})` }, seen.at(seen.data), routes.at(route))))
  },
})
