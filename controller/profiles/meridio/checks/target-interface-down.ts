import { defineCheck } from '#judge/check.ts'
import { noStream, streamLinks, targetReads } from '../lib/target.ts'

/** A target takes part through its `nsm` interfaces; the kernel takes the routes of one that is down. */
export default defineCheck({
  id: 'target-interface-down',
  subject: 'tapa',
  severity: 'loss',
  reads: targetReads,
  messages: {
    down: (a: { interface: string }) => `${a.interface} is set down`,
  },
  why: 'Load balancers go on choosing this target: its share of the flows is lost.',
  fix: 'Look at the TAPA log and at nsmgr and forwarder of the node; restart the pod if NSM does not heal it.',
  source: 'Meridio troubleshooting guide, Target; catalogue T01',
  explains: ['target-default-route-missing', 'bridge-unreachable', 'target-unreachable', 'target-neighbour-failed', 'bridge-port-no-carrier', 'proxy-target-link-missing', 'target-route-wrong', 'target-not-active', 'target-vip-missing', 'target-return-lookup-astray', 'vip-stage-missing'],
  unless: noStream,
  judge: (sight, say) => streamLinks(sight).filter(link => !link.up).map(link => say.down({ interface: link.name }, sight.links.at(link))),
})
