import { defineCheck, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { conduitLinks, unseenConduit } from '../lib/interfaces.ts'

/** An interface to a proxy that is set up has carrier while its far end is up. */
export default defineCheck({
  id: 'conduit-interface-no-carrier',
  subject: 'lb',
  severity: 'loss',
  reads: { links: own(ipLinks) },
  messages: {
    noCarrier: (a: { interface: string }) => `${a.interface} to a proxy has no carrier: its far end is down or gone`,
  },
  why: 'The targets of one node cannot be reached from here; packets for them are dropped at the interface.',
  fix: 'Look at the proxy on the other side, then at nsmgr and forwarder of both nodes.',
  source: 'Meridio troubleshooting guide, Load balancer; catalogue L35',
  explains: ['target-route-missing', 'target-unreachable', 'target-neighbour-failed', 'target-not-active', 'lb-proxy-link-missing', 'proxy-nexthop-dead', 'forward-lookup-astray', 'proxy-nexthop-unreachable'],
  unseen: unseenConduit,
  judge: ({ links }, say, subject) => conduitLinks(links.data, subject).filter(link => link.up && !link.lowerUp).map(link => say.noCarrier({ interface: link.name }, links.at(link))),
})
