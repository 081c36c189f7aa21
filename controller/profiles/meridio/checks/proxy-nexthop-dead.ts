import { cluster, defineCheck, each, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { egressOf, isOneOf, lbAddresses, perAddress } from '../lib/proxy.ts'

/** Every next hop of a proxy must be a load balancer that is there, with its interface up. */
export default defineCheck({
  id: 'proxy-nexthop-dead',
  subject: 'proxy',
  severity: 'loss',
  complete: true,
  reads: { config: cluster(trenchConfig), rules: own(ipRules), routes: own(ipRoutes), lbs: each('lb', ipAddresses), links: each('lb', ipLinks) },
  messages: {
    nobody: (a: { family: string; gateway: string; tables: string; hops: number }) => `${a.tables}: next hop ${a.gateway} (one of ${a.hops}) belongs to no load balancer`,
    down: (a: { family: string; gateway: string; tables: string; lb: string; device: string }) => `${a.tables}: next hop ${a.gateway} is ${a.lb}, whose ${a.device} is down`,
  },
  why: 'Replies of this node that the kernel gives to this next hop are lost: one part of as many as there are next hops.',
  fix: 'NSM withdraws a dead load balancer only when its token ends (10 min): restart the proxy to be rid of it at once.',
  source: 'Meridio #384, #408, #537; catalogue P11, X02',
  explains: ['proxy-nexthop-unreachable'],
  unless: ({ config, rules, routes }, subject) => (egressOf(config, rules.data, routes.data, subject).length === 0 ? 'no rule from a VIP names a table' : undefined),
  judge: ({ config, rules, routes, lbs, links }, say, subject) => {
    const known = lbAddresses(lbs, subject.traits['conduit'])
    const hops = egressOf(config, rules.data, routes.data, subject).flatMap(({ family, table, nexthops, route }) => nexthops.flatMap(hop =>
      hop.gateway === undefined ? [] : [{ family, table, address: hop.gateway, hops: nexthops.length, proof: routes.at({ command: route?.command ?? '', pointer: hop.pointer }) }]))
    return perAddress(hops).flatMap(({ family, address: gateway, tables, hops, proof }) => {
      const owner = known.find(entry => isOneOf(gateway, [entry]))
      if (!owner) return [say.nobody({ family, gateway, tables, hops }, proof)]
      const seen = links.find(one => one.subject === owner.lb.subject)
      const link = seen?.data.find(({ name }) => name === owner.row.interface)
      return seen && link?.up === false ? [say.down({ family, gateway, tables, lb: owner.lb.subject.name, device: link.name }, proof, seen.at(link))] : []
    })
  },
})
