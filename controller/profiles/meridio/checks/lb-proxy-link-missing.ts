import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { trenchPods } from '../facts/trench-pods.ts'
import { conduitLinks, unseenConduit } from '../lib/interfaces.ts'

/** A load balancer has one interface up per ready proxy of its conduit; a proxy that only starts may not be connected yet. */
export default defineCheck({
  id: 'lb-proxy-link-missing',
  subject: 'lb',
  severity: 'loss',
  reads: { pods: cluster(trenchPods), links: own(ipLinks) },
  messages: {
    fewer: (a: { up: number; wanted: number }) => `${a.up} of ${a.wanted} interfaces to proxies are up`,
  },
  why: 'The targets of a node cannot be reached from this load balancer.',
  fix: 'Look at the nsmgr log of the node whose proxy is missing, and at the NetworkServiceEndpoint of this load balancer.',
  source: 'Meridio troubleshooting guide, Load balancer (count of load-balan-*); catalogue L34',
  explains: ['target-unreachable', 'target-not-active', 'target-route-missing', 'proxy-nexthop-missing', 'proxy-lb-link-missing'],
  unseen: unseenConduit,
  judge: ({ pods, links }, say, subject) => {
    if (unseenConduit(pods, subject).length > 0) return []
    const wanted = pods.data.filter(pod => pod.role === 'proxy' && pod.phase === 'Running' && !pod.terminating && pod.conduit === subject.traits['conduit'] && pod.containers.every(container => container.ready))
    const up = conduitLinks(links.data, subject).filter(link => link.up && link.lowerUp)
    return up.length < wanted.length ? [say.fewer({ up: up.length, wanted: wanted.length }, links.at(), ...wanted.map(pod => pods.at(pod)))] : []
  },
})
