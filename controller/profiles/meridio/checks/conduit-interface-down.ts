import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { conduitLinks, globalAddresses } from '../lib/interfaces.ts'

/** Each interface from the load balancer to a proxy is up and has an address of every family. */
export default defineCheck({
  id: 'conduit-interface-down',
  subject: 'lb',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), links: own(ipLinks), addresses: own(ipAddresses) },
  messages: {
    down: (a: { interface: string }) => `${a.interface} to a proxy is set down`,
    unaddressed: (a: { interface: string; family: string }) => `${a.interface} to a proxy has no ${a.family} address`,
  },
  why: 'The targets of one node cannot be reached from here, and the routes to them are gone. All interfaces down: the load balancer was evicted because it lost its gateways.',
  fix: 'All down: look at the gateways first. One: look at nsmgr and forwarder of both nodes; an interface left over by a heal goes with a restart (Meridio #392).',
  source: 'Meridio troubleshooting guide, Load balancer; catalogue L35',
  explains: ['bridge-port-no-carrier', 'target-route-missing', 'target-unreachable', 'target-neighbour-failed', 'target-not-active', 'proxy-nexthop-dead', 'proxy-nexthop-missing', 'proxy-lb-link-missing', 'lb-proxy-link-missing'],
  judge: ({ config, links, addresses }, say, subject) => conduitLinks(links.data, subject).flatMap(link => {
    const about = { interface: link.name }
    if (!link.up) return [say.down(about, links.at(link))]
    const present = new Set(globalAddresses(addresses.data).filter(row => row.interface === link.name).map(row => row.family))
    return config.data.families.filter(family => !present.has(family)).map(family => say.unaddressed({ ...about, family }, links.at(link), addresses.at()))
  }),
})
