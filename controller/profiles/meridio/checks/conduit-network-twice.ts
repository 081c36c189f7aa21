import { defineCheck, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { conduitLinks, globalAddresses, unseenConduit } from '../lib/interfaces.ts'
import { sharedNetworks } from '../lib/networks.ts'

/** Each proxy has a network of its own: a load balancer has one interface in each. */
export default defineCheck({
  id: 'conduit-network-twice',
  subject: 'lb',
  severity: 'loss',
  reads: { links: own(ipLinks), addresses: own(ipAddresses) },
  messages: {
    twice: (a: { family: string; address: string; interfaces: string }) => `${a.interfaces} are up in one network, ${a.address}`,
  },
  why: 'The kernel sends packets for the targets of this node by one of them; if it is the one of a connection that was replaced, they are lost.',
  fix: 'NSM leaves the old interface behind when it heals a connection: restart the load balancer.',
  source: 'Meridio #392, #404; catalogue L35',
  explains: ['target-unreachable', 'target-neighbour-failed', 'lb-proxy-link-missing', 'proxy-nexthop-unreachable', 'proxy-nexthop-missing'],
  unseen: ({ links }, subject) => unseenConduit(links, subject),
  judge: ({ links, addresses }, say, subject) => {
    const up = new Set(conduitLinks(links.data, subject).filter(link => link.up).map(({ name }) => name))
    return sharedNetworks(globalAddresses(addresses.data).filter(row => up.has(row.interface)))
      .map(({ network, family, rows }) => say.twice({ family, address: network, interfaces: rows.map(row => row.interface).join(' and ') }, ...rows.map(row => addresses.at(row))))
  },
})
