import { cluster, defineCheck, each, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipNeighbours } from '#facts/ip-neighbours.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { conduitLinks, unseenConduit } from '../lib/interfaces.ts'
import { oncePerTarget, sameAddress, targetWays } from '../lib/lb-targets.ts'
import { noActiveTarget, unseenStreams } from '../lib/streams.ts'
import { ownAddresses } from '../lib/target.ts'

/** The route of an active target must lead to an address that a target has, over a conduit interface. */
export default defineCheck({
  id: 'target-route-wrong',
  subject: 'lb',
  severity: 'loss',
  complete: true,
  reads: { config: cluster(trenchConfig), streams: own(nfqlbStreams), rules: own(ipRules), routes: own(ipRoutes), neighbours: own(ipNeighbours), targets: each('tapa', ipAddresses) },
  messages: {
    nobody: (a: { family: string; stream: string; target: string; table: string }) => `${a.stream}: table ${a.table} leads to ${a.target}, an address no target has`,
    elsewhere: (a: { family: string; stream: string; target: string; table: string; device: string }) => `${a.stream}: table ${a.table} leads to ${a.target} over ${a.device}, which is no conduit interface`,
    nowhere: (a: { family: string; stream: string; target: string; table: string; type: string }) => `${a.stream}: the ${a.family} default route of table ${a.table} leads to no target (${a.type})`,
  },
  why: 'Packets hashed to this target go to nobody, or to the wrong pod: its share of the flows is lost.',
  fix: 'Compare with the target\'s own address and NSP: a stale registration keeps an old address up to 60 s; restart the load balancer if it stays.',
  source: 'Meridio troubleshooting guide, Nfqlb; catalogue L30',
  explains: ['target-unreachable', 'target-neighbour-failed', 'target-not-active', 'leftover-target-rule', 'forward-lookup-astray'],
  unless: ({ streams }) => noActiveTarget(streams),
  unseen: ({ streams }, subject) => [...unseenStreams(streams), ...unseenConduit(streams, subject)],
  judge: ({ config, streams, rules, routes, neighbours, targets }, say, subject) => {
    const known = targets.flatMap(target => ownAddresses(target, config.data))
    // a target in a namespace nobody may read is unknown to us, but it answers ARP
    const hasOwner = (address: string) => known.some(row => sameAddress(row.address, address)) || neighbours.data.some(row => row.mac !== undefined && !row.state.includes('FAILED') && sameAddress(row.address, address))
    return oncePerTarget(targetWays(streams.data, rules.data, routes.data, config.data.families)).flatMap(({ family, stream, target, table, route, shown }) => {
      if (!route) return []
      const about = { family, stream, target, table }
      if (route.gateway === undefined) return [say.nowhere({ ...about, type: route.dev === undefined ? route.type : `${route.type} by ${route.dev}` }, routes.at(route), streams.at(shown))]
      if (!hasOwner(route.gateway)) return [say.nobody(about, routes.at(route), streams.at(shown))]
      const device = route.dev ?? 'no interface'
      return unseenConduit(streams, subject).length > 0 || conduitLinks([{ name: device }], subject).length > 0 ? [] : [say.elsewhere({ ...about, device }, routes.at(route))]
    })
  },
})
