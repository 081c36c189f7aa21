import { cluster, defineCheck, each, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { egressOf, isOneOf, lbAddresses } from '../lib/proxy.ts'

/** Every next hop of a proxy must be a load balancer that is there, with its interface up. */
export default defineCheck({
  id: 'proxy-nexthop-dead',
  subject: 'proxy',
  severity: 'loss',
  complete: true,
  reads: { config: cluster(trenchConfig), rules: own(ipRules), routes: own(ipRoutes), addresses: own(ipAddresses), lbs: each('lb', ipAddresses), links: each('lb', ipLinks) },
  messages: {
    nobody: (a: { family: string; gateway: string; table: string; hops: number }) => `table ${a.table}: next hop ${a.gateway} (one of ${a.hops}) belongs to no load balancer`,
    down: (a: { family: string; gateway: string; table: string; lb: string; device: string }) => `table ${a.table}: next hop ${a.gateway} is ${a.lb}, whose ${a.device} is down`,
  },
  why: 'The share of this next hop of all replies of the node is lost.',
  fix: 'NSM withdraws a dead load balancer only when its token ends (10 min): restart the proxy to be rid of it at once.',
  source: 'Meridio #384, #408, #537; catalogue P11, X02',
  unless: ({ config, rules, routes }, subject) => (egressOf(config, rules.data, routes.data, subject).length === 0 ? 'no rule from a VIP names a table' : undefined),
  judge: ({ config, rules, routes, addresses, lbs, links }, say, subject) => {
    const known = lbAddresses(addresses, lbs, subject.traits['conduit'])
    return egressOf(config, rules.data, routes.data, subject).flatMap(({ family, table, nexthops, route }) => nexthops.flatMap(hop => {
      if (hop.gateway === undefined) return []
      const proof = routes.at({ command: route?.command ?? '', pointer: hop.pointer })
      const about = { family, gateway: hop.gateway, table }
      const owner = known.find(entry => isOneOf(hop.gateway, [entry]))
      if (!owner) return [say.nobody({ ...about, hops: nexthops.length }, proof)]
      const link = links.find(one => one.subject === owner.lb.subject)?.data.find(({ name }) => name === owner.row.interface)
      return link?.up === false ? [say.down({ ...about, lb: owner.lb.subject.name, device: link.name }, proof, owner.lb.at(owner.row))] : []
    }))
  },
})
