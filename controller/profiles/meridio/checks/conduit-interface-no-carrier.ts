import { defineCheck, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { conduitLinks } from '../lib/interfaces.ts'

/** An interface to a proxy that is set up has carrier while its far end is up. */
export default defineCheck({
  id: 'conduit-interface-no-carrier',
  subject: 'lb',
  severity: 'loss',
  reads: { links: own(ipLinks) },
  messages: {
    noCarrier: (a: { interface: string }) => `${a.interface} to a proxy has no carrier: its far end is down or gone`,
  },
  why: 'The targets of one node cannot be reached from here, and the kernel has taken the routes to them.',
  fix: 'Look at the proxy on the other side, then at nsmgr and forwarder of both nodes.',
  source: 'Meridio troubleshooting guide, Load balancer; catalogue L35',
  explains: ['target-route-missing', 'target-unreachable', 'target-neighbour-failed', 'target-not-active', 'lb-proxy-link-missing'],
  judge: ({ links }, say, subject) => conduitLinks(links.data, subject).filter(link => link.up && !link.lowerUp).map(link => say.noCarrier({ interface: link.name }, links.at(link))),
})
