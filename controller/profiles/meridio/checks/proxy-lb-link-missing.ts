import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import type { Subject } from '#judge/subject.ts'
import { type TrenchPod, trenchPods } from '../facts/trench-pods.ts'
import { proxyPorts, unseenPorts } from '../lib/interfaces.ts'

/** A proxy has one interface up per load balancer of its conduit. */
export default defineCheck({
  id: 'proxy-lb-link-missing',
  subject: 'proxy',
  severity: 'loss',
  reads: { pods: cluster(trenchPods), links: own(ipLinks) },
  messages: {
    fewer: (a: { up: number; wanted: number }) => `${a.up} of ${a.wanted} interfaces to load balancers are up`,
  },
  why: 'A load balancer that runs cannot reach the targets of this node: what it gives them is lost.',
  fix: 'Look at nsmgr and forwarder of both nodes, and at the NetworkServiceEndpoint of the load balancer; restart the proxy.',
  source: 'Meridio troubleshooting guide, Proxy; catalogue P02, X02',
  explains: ['proxy-nexthop-missing', 'proxy-nexthop-dead', 'proxy-default-route-missing', 'target-unreachable', 'pod-not-ready', 'proxy-nexthop-unreachable'],
  unless: ({ pods }, subject) => (running(pods.data, subject).length === 0 ? 'no load balancer of the conduit runs' : undefined),
  unseen: unseenPorts,
  judge: ({ pods, links }, say, subject) => {
    if (subject.traits['lbPrefix'] === undefined) return []
    const wanted = running(pods.data, subject)
    const up = proxyPorts(links.data, subject).toLoadBalancers.filter(link => link.up && link.lowerUp)
    return up.length < wanted.length ? [say.fewer({ up: up.length, wanted: wanted.length }, links.at(), ...wanted.map(pod => pods.at(pod)))] : []
  },
})

function running(pods: readonly TrenchPod[], proxy: Subject): readonly TrenchPod[] {
  return pods.filter(pod => pod.role === 'lb' && pod.phase === 'Running' && !pod.terminating && pod.conduit === proxy.traits['conduit'])
}
