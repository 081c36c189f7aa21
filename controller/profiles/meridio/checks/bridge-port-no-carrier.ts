import { defineCheck, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { proxyPorts, unseenPorts } from '../lib/interfaces.ts'

/** A port of the bridge that is set up has carrier while its far end, in a load balancer or a target, is up. */
export default defineCheck({
  id: 'bridge-port-no-carrier',
  subject: 'proxy',
  severity: 'loss',
  reads: { links: own(ipLinks) },
  messages: {
    noCarrier: (a: { interface: string }) => `${a.interface} has no carrier: its far end is down or gone`,
  },
  why: 'One target or one load balancer is cut off from this node.',
  fix: 'Look at the pod on the other side, then at nsmgr and forwarder of the node.',
  source: 'Meridio troubleshooting guide, Proxy; catalogue P05',
  explains: ['target-unreachable', 'target-neighbour-failed', 'bridge-unreachable', 'proxy-lb-link-missing', 'proxy-target-link-missing', 'proxy-nexthop-missing', 'proxy-nexthop-dead', 'proxy-default-route-missing', 'proxy-nexthop-unreachable'],
  unseen: unseenPorts,
  judge: ({ links }, say, subject) => {
    const { toLoadBalancers, toTargets } = proxyPorts(links.data, subject)
    return [...toLoadBalancers, ...toTargets].filter(link => link.up && !link.lowerUp).map(link => say.noCarrier({ interface: link.name }, links.at(link)))
  },
})
