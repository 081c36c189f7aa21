import { defineCheck, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { conduitLinks, isEvicted, unseenConduit } from '../lib/interfaces.ts'

/** A load balancer whose interfaces to proxies are all set down has been taken out of the conduit, by itself. One of several down is `conduit-interface-down`. */
export default defineCheck({
  id: 'lb-evicted',
  subject: 'lb',
  severity: 'loss',
  reads: { links: own(ipLinks) },
  messages: {
    evicted: (a: { interface: string; count: number }) => `${a.interface} is set down${a.count === 1 ? ', the only interface' : `, as are all ${a.count} interfaces`} to proxies: the load balancer carries no traffic`,
  },
  why: 'A load balancer that has lost its gateways is evicted: streams, rules and routes go and its interfaces to proxies are set down, so that no reply is sent to it. It carries nothing until the gateways are back.',
  fix: 'Look at gateways, BGP and BFD of this load balancer first. If these are up, look at nsmgr and forwarder of its node, compare the readiness of frontend and stateless-lb with NSP\'s FRONTEND entries, and restart the load balancer.',
  source: 'Meridio v1.2.8 cmd/stateless-lb; Meridio #392; catalogue L35',
  explains: ['bridge-port-no-carrier', 'target-route-missing', 'target-unreachable', 'target-neighbour-failed', 'target-not-active', 'proxy-nexthop-dead', 'proxy-nexthop-missing', 'proxy-lb-link-missing', 'lb-proxy-link-missing', 'forward-lookup-astray', 'return-lookup-astray', 'proxy-nexthop-unreachable', 'packets-unmatched'],
  unseen: unseenConduit,
  judge: ({ links }, say, subject) => {
    const conduit = conduitLinks(links.data, subject)
    return isEvicted(links.data, subject) ? conduit.map(link => say.evicted({ interface: link.name, count: conduit.length }, links.at(link))) : []
  },
})
