import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { trenchPods } from '../facts/trench-pods.ts'
import { proxyPorts } from '../lib/interfaces.ts'

/** A proxy has one interface up per load balancer of its conduit. */
export default defineCheck({
  id: 'proxy-lb-link-missing',
  subject: 'proxy',
  severity: 'loss',
  reads: { pods: cluster(trenchPods), links: own(ipLinks) },
  messages: {
    fewer: (a: { up: number; wanted: number }) => `${a.up} interfaces to load balancers are up, ${a.wanted} load balancers run`,
  },
  why: 'A load balancer cannot reach the targets of this node: its flows to them are lost.',
  fix: 'Look at nsmgr and forwarder of both nodes, and at the NetworkServiceEndpoint of the load balancer; restart the proxy.',
  source: 'Meridio troubleshooting guide, Proxy; catalogue P02, X02',
  explains: ['proxy-nexthop-missing', 'target-unreachable', 'proxy-nexthop-dead'],
  judge: ({ pods, links }, say, subject) => {
    const wanted = pods.data.filter(pod => pod.role === 'lb' && pod.phase === 'Running' && !pod.terminating && pod.conduit === subject.traits['conduit'])
    const up = proxyPorts(links.data, subject).toLoadBalancers.filter(link => link.up && link.lowerUp)
    return up.length < wanted.length ? [say.fewer({ up: up.length, wanted: wanted.length }, links.at(), ...wanted.map(pod => pods.at(pod)))] : []
  },
})
