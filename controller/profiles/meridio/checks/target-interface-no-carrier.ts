import { defineCheck, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { isStreamInterface } from '../lib/interfaces.ts'

/** An `nsm` interface that is set up has carrier while its far end in the proxy is up. */
export default defineCheck({
  id: 'target-interface-no-carrier',
  subject: 'tapa',
  severity: 'loss',
  reads: { links: own(ipLinks) },
  messages: {
    noCarrier: (a: { interface: string }) => `${a.interface} has no carrier: its far end in the proxy is down or gone`,
  },
  why: 'Load balancers go on choosing this target: its share of the flows is lost.',
  fix: 'Look at the proxy of the node, then at nsmgr and forwarder; restart the pod if NSM does not heal it.',
  source: 'Meridio troubleshooting guide, Target; catalogue T01',
  explains: ['target-default-route-missing', 'bridge-unreachable', 'target-unreachable', 'target-neighbour-failed', 'proxy-target-link-missing', 'target-gateway-mac-stale', 'target-route-wrong', 'target-vip-missing', 'target-vip-rule-missing'],
  unless: ({ links }) => (links.data.some(({ name }) => isStreamInterface(name)) ? undefined : 'no stream is open: the pod has no nsm interface'),
  judge: ({ links }, say) => links.data.filter(link => isStreamInterface(link.name) && link.up && !link.lowerUp).map(link => say.noCarrier({ interface: link.name }, links.at(link))),
})
