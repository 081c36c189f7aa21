import { cluster, defineCheck, each, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { conduitLinks } from '../lib/interfaces.ts'
import { sameAddress, targetWays } from '../lib/lb-targets.ts'
import { noActiveTarget } from '../lib/streams.ts'
import { ownAddresses } from '../lib/target.ts'

/** The route of an active target must lead to an address that a target has, over a conduit interface. */
export default defineCheck({
  id: 'target-route-wrong',
  subject: 'lb',
  severity: 'loss',
  complete: true,
  reads: { config: cluster(trenchConfig), streams: own(nfqlbStreams), rules: own(ipRules), routes: own(ipRoutes), addresses: own(ipAddresses), targets: each('tapa', ipAddresses) },
  messages: {
    nobody: (a: { family: string; stream: string; target: string; table: string }) => `${a.stream}: table ${a.table} leads to ${a.target}, an address no target has`,
    elsewhere: (a: { family: string; stream: string; target: string; table: string; device: string }) => `${a.stream}: table ${a.table} leads to ${a.target} over ${a.device}, which is no conduit interface`,
  },
  why: 'Packets hashed to this target go to nobody, or to the wrong pod: its share of the flows is lost.',
  fix: 'Compare with the target\'s own address and NSP: a stale registration keeps an old address up to 60 s; restart the load balancer if it stays.',
  source: 'Meridio troubleshooting guide, Nfqlb; catalogue L30',
  explains: ['target-unreachable', 'target-neighbour-failed', 'target-not-active', 'leftover-target-rule'],
  unless: ({ streams }) => noActiveTarget(streams),
  judge: ({ config, streams, rules, routes, addresses, targets }, say, subject) => {
    const known = targets.flatMap(target => ownAddresses(target, config.data))
    const conduit = new Set(conduitLinks(addresses.data.map(row => ({ name: row.interface })), subject).map(({ name }) => name))
    return targetWays(streams.data, rules.data, routes.data, config.data.families).flatMap(way => {
      const { route } = way
      if (route?.gateway === undefined) return []
      const about = { family: way.family, stream: way.stream, target: way.target, table: way.table }
      if (!known.some(row => sameAddress(row.address, route.gateway))) return [say.nobody(about, routes.at(route), streams.at(way.shown))]
      return conduit.has(route.dev ?? '') ? [] : [say.elsewhere({ ...about, device: route.dev ?? 'no interface' }, routes.at(route))]
    })
  },
})
