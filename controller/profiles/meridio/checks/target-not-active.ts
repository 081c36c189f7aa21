import { cluster, defineCheck, each, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { unseenConduit } from '../lib/interfaces.ts'
import { inConduit, sameAddress, targetWays } from '../lib/lb-targets.ts'
import { shownAt, unseenStreams } from '../lib/streams.ts'
import { openVips, ownAddresses } from '../lib/target.ts'

/** A target that is connected, with a VIP of the trench on it, must be active in the load balancer. A mark without any route may be anybody's: then nobody is called idle. */
export default defineCheck({
  id: 'target-not-active',
  subject: 'lb',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), streams: own(nfqlbStreams), rules: own(ipRules), routes: own(ipRoutes), addresses: own(ipAddresses), targets: each('tapa', ipAddresses) },
  messages: {
    idle: (a: { target: string; pod: string }) => `${a.pod} (${a.target}) is connected, but no active target of this load balancer leads to it`,
  },
  why: 'The target gets no traffic through this load balancer: capacity is lost, and flows move when the gateway chooses another load balancer.',
  fix: 'Compare with NSP: the load balancer retries a target whose route it could not set every 10 s and says so in its log; a stream that the application is about to close is no fault.',
  source: 'Meridio troubleshooting guide, Nfqlb; Meridio #170; catalogue L27, X03',
  explains: ['lb-targets-differ', 'leftover-target-rule'],
  unseen: ({ config, streams, rules, routes }, subject) => [
    ...unseenStreams(streams),
    ...unseenConduit(streams, subject),
    ...unroutedMarks(streams.data, rules.data, routes.data, config.data.families).map(fwmark => `active target ${fwmark} has no route that tells who it is`),
  ],
  judge: ({ config, streams, rules, routes, addresses, targets }, say) => {
    const { families } = config.data
    const unclear = unseenStreams(streams).length > 0 || unroutedMarks(streams.data, rules.data, routes.data, families).length > 0
    const ways = targetWays(streams.data, rules.data, routes.data, families)
    return targets.filter(target => !unclear && openVips(target.data, config.data).length > 0).flatMap(target => {
      const own = ownAddresses(target, config.data).filter(row => inConduit(row.address, addresses))
      const [first] = own
      const active = own.some(row => ways.some(way => sameAddress(way.route?.gateway, row.address)))
      return first === undefined || active ? [] : [say.idle({ target: first.address, pod: target.subject.name }, ...streams.data.map(stream => streams.at(shownAt(stream))), target.at(first))]
    })
  },
})

/** Marks that no family has a route for. */
function unroutedMarks(...given: Parameters<typeof targetWays>): readonly number[] {
  return [...Map.groupBy(targetWays(...given), way => way.fwmark)].filter(([, ways]) => ways.every(({ route }) => route?.gateway === undefined)).map(([fwmark]) => fwmark)
}
