import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { within } from '../lib/address.ts'
import { conduitLinks, globalAddresses, isEvicted, unseenConduit } from '../lib/interfaces.ts'

/** Each interface from the load balancer to a proxy is up and has an address of every family. All down at once is `lb-evicted`. */
export default defineCheck({
  id: 'conduit-interface-down',
  subject: 'lb',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), links: own(ipLinks), addresses: own(ipAddresses) },
  messages: {
    down: (a: { interface: string }) => `${a.interface} to a proxy is set down`,
    unaddressed: (a: { interface: string; family: string }) => `${a.interface} to a proxy has no ${a.family} address`,
  },
  why: 'The targets of one node cannot be reached from here; an interface set down takes the routes to them along.',
  fix: 'Look at nsmgr and forwarder of both nodes; restart the load balancer if it stays.',
  source: 'Meridio troubleshooting guide, Load balancer; Meridio #392; catalogue L35',
  explains: ['bridge-port-no-carrier', 'target-route-missing', 'target-unreachable', 'target-neighbour-failed', 'target-not-active', 'proxy-nexthop-dead', 'proxy-nexthop-missing', 'proxy-lb-link-missing', 'lb-proxy-link-missing', 'forward-lookup-astray', 'return-lookup-astray', 'proxy-nexthop-unreachable'],
  unless: ({ links }, subject) => (isEvicted(links.data, subject) ? 'all its interfaces to proxies are set down: lb-evicted tells' : undefined),
  unseen: unseenConduit,
  judge: ({ config, links, addresses }, say, subject) => {
    const rowsOf = (name: string) => globalAddresses(addresses.data).filter(row => row.interface === name)
    const conduit = conduitLinks(links.data, subject)
    const live = conduit.filter(link => link.up).flatMap(link => rowsOf(link.name))
    return conduit.flatMap(link => {
      const rows = rowsOf(link.name)
      if (link.up) return config.data.families.filter(family => !rows.some(row => row.family === family)).map(family => say.unaddressed({ interface: link.name, family }, links.at(link), addresses.at()))
      // a heal leaves the old interface behind, set down, when the new one has its network
      const replaced = rows.some(row => live.some(({ address }) => within(address, `${row.address}/${row.prefixLength}`)))
      return replaced ? [] : [say.down({ interface: link.name }, links.at(link))]
    })
  },
})
