import { cluster, defineCheck, each, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { inConduit, sameAddress, targetWays } from '../lib/lb-targets.ts'
import { openVips, ownAddresses } from '../lib/target.ts'

/** A target that is connected, with a VIP of the trench on it, must be active in the load balancer. */
export default defineCheck({
  id: 'target-not-active',
  subject: 'lb',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), streams: own(nfqlbStreams), rules: own(ipRules), routes: own(ipRoutes), addresses: own(ipAddresses), targets: each('tapa', ipAddresses) },
  messages: {
    idle: (a: { target: string; pod: string }) => `${a.pod} (${a.target}) is connected, but active in no stream of this load balancer`,
  },
  why: 'The target gets no traffic through this load balancer: capacity is lost, and flows move when the gateway chooses another load balancer.',
  fix: 'Compare with NSP: the load balancer retries a target whose route it could not set every 10 s and says so in its log; a closed stream is no fault.',
  source: 'Meridio troubleshooting guide, Nfqlb; Meridio #170; catalogue L27, X03',
  explains: ['lb-targets-differ', 'leftover-target-rule'],
  judge: ({ config, streams, rules, routes, addresses, targets }, say) => {
    const ways = targetWays(streams.data, rules.data, routes.data, config.data.families)
    return targets.filter(target => openVips(target.data, config.data).length > 0).flatMap(target => {
      const own = ownAddresses(target, config.data).filter(row => inConduit(row.address, addresses))
      const [first] = own
      const active = own.some(row => ways.some(way => sameAddress(way.route?.gateway, row.address)))
      return first === undefined || active ? [] : [say.idle({ target: first.address, pod: target.subject.name }, ...streams.data.map(stream => streams.at(stream.error === undefined ? stream : { command: stream.command })), target.at(first))]
    })
  },
})
