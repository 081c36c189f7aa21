import { defineCheck } from '#judge/check.ts'
import { noStream, streamLinks, targetReads } from '../lib/target.ts'

/** An `nsm` interface that is set up has carrier while its far end in the proxy is up. */
export default defineCheck({
  id: 'target-interface-no-carrier',
  subject: 'tapa',
  severity: 'loss',
  reads: targetReads,
  messages: {
    noCarrier: (a: { interface: string }) => `${a.interface} has no carrier: its far end in the proxy is down or gone`,
  },
  why: 'Load balancers go on choosing this target: its share of the flows is lost.',
  fix: 'Look at the proxy of the node, then at nsmgr and forwarder; restart the pod if NSM does not heal it.',
  source: 'Meridio troubleshooting guide, Target; catalogue T01',
  explains: ['bridge-unreachable', 'target-unreachable', 'target-neighbour-failed', 'proxy-target-link-missing', 'target-return-lookup-astray'],
  unless: noStream,
  judge: (sight, say) => streamLinks(sight).filter(link => link.up && !link.lowerUp).map(link => say.noCarrier({ interface: link.name }, sight.links.at(link))),
})
