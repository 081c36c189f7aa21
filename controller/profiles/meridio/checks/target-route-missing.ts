import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { targetWays } from '../lib/lb-targets.ts'
import { listingOf } from '../lib/routes.ts'
import { noActiveTarget, unseenStreams } from '../lib/streams.ts'

/** The table of an active target's mark must hold a default route to the target, in every family of the trench. */
export default defineCheck({
  id: 'target-route-missing',
  subject: 'lb',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), streams: own(nfqlbStreams), rules: own(ipRules), routes: own(ipRoutes) },
  messages: {
    noRoute: (a: { family: string; stream: string; target: string; table: string }) => `${a.stream}: table ${a.table} of active target ${a.target} has no ${a.family} default route`,
  },
  why: 'Packets hashed to this target find an empty table and fall through to the main table: they leave by eth0 and are lost.',
  fix: 'An interface that went down takes its routes with it: look at the conduit interfaces; restart the load balancer if the route does not come back (Meridio #575).',
  source: 'Meridio troubleshooting guide, Nfqlb; catalogue L29',
  explains: ['target-unreachable', 'target-neighbour-failed', 'target-not-active', 'forward-lookup-astray'],
  unless: ({ streams }) => noActiveTarget(streams),
  unseen: ({ streams }) => unseenStreams(streams),
  judge: ({ config, streams, rules, routes }, say) => targetWays(streams.data, rules.data, routes.data, config.data.families).filter(way => way.route === undefined)
    .map(({ family, stream, target, table, shown }) => say.noRoute({ family, stream, target, table }, streams.at(shown), routes.at(listingOf(routes.data, family)))),
})
