import { defineCheck, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { isStreamInterface } from '../lib/interfaces.ts'

/** A target takes part through its `nsm` interfaces; the kernel takes the routes of one that is down. */
export default defineCheck({
  id: 'target-interface-down',
  subject: 'tapa',
  severity: 'loss',
  reads: { links: own(ipLinks) },
  messages: {
    down: (a: { interface: string }) => `${a.interface} is set down`,
  },
  why: 'Load balancers go on choosing this target: its share of the flows is lost.',
  fix: 'Look at the TAPA log and at nsmgr and forwarder of the node; restart the pod if NSM does not heal it.',
  source: 'Meridio troubleshooting guide, Target; catalogue T01',
  explains: ['target-default-route-missing', 'bridge-unreachable', 'target-unreachable', 'target-neighbour-failed', 'bridge-port-no-carrier', 'proxy-target-link-missing', 'target-gateway-mac-stale', 'target-route-wrong', 'target-vip-missing', 'target-vip-rule-missing'],
  unless: ({ links }) => (links.data.some(({ name }) => isStreamInterface(name)) ? undefined : 'no stream is open: the pod has no nsm interface'),
  judge: ({ links }, say) => links.data.filter(link => isStreamInterface(link.name) && !link.up).map(link => say.down({ interface: link.name }, links.at(link))),
})
