import { cluster, defineCheck, own, planned } from '#judge/check.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { ping } from '../facts/transcripts.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { sameAddress } from '../lib/lb-targets.ts'
import { egressOf, perAddress } from '../lib/proxy.ts'

const way = { config: cluster(trenchConfig), rules: own(ipRules), routes: own(ipRoutes) }

/** Every next hop of a proxy answers: a load balancer of another node only through the tunnel. */
export default defineCheck({
  id: 'proxy-nexthop-unreachable',
  subject: 'proxy',
  severity: 'loss',
  reads: {
    ...way,
    pings: planned(ping, way, ({ config, rules, routes }, subject) => egressOf(config, rules.data, routes.data, subject).flatMap(({ nexthops }) => nexthops.flatMap(({ gateway }) => (gateway === undefined ? [] : [{ address: gateway }])))),
  },
  messages: {
    silent: (a: { family: string; gateway: string; tables: string; hops: number; error: string }) => `${a.tables}: next hop ${a.gateway} (one of ${a.hops}) does not answer a ping${a.error}`,
  },
  why: 'Replies of this node that the kernel gives to this next hop are lost: one part of as many as there are next hops.',
  fix: 'One load balancer silent from all proxies: look at that pod. Only from other nodes: look at the tunnel (UDP 4789 between nodes, the NSM forwarder).',
  source: 'Meridio troubleshooting guide, Proxy; catalogue P12, X05',
  unless: ({ config, rules, routes }, subject) => (egressOf(config, rules.data, routes.data, subject).some(({ nexthops }) => nexthops.length > 0) ? undefined : 'no table that a rule from a VIP names has a next hop'),
  judge: ({ config, rules, routes, pings }, say, subject) => {
    const hops = egressOf(config, rules.data, routes.data, subject).flatMap(({ family, table, nexthops, route }) => nexthops.flatMap(({ gateway, pointer }) => {
      const seen = pings.find(({ params }) => sameAddress(params.address, gateway))
      if (gateway === undefined || !seen || seen.data.received > 0) return []
      return [{ family, table, address: gateway, hops: nexthops.length, proof: [seen.at(seen.data), routes.at({ command: route?.command ?? '', pointer })], error: seen.data.error === undefined ? '' : ` (${seen.data.error})` }]
    }))
    return perAddress(hops).map(({ family, address: gateway, tables, hops, error, proof }) => say.silent({ family, gateway, tables, hops, error }, ...proof))
  },
})
