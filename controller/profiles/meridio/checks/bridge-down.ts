import { defineCheck, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { bridgeName } from '../lib/interfaces.ts'

/** Everything between load balancers and the targets of a node passes the proxy's bridge. */
export default defineCheck({
  id: 'bridge-down',
  subject: 'proxy',
  severity: 'outage',
  reads: { links: own(ipLinks) },
  messages: {
    missing: (a: { interface: string }) => `there is no ${a.interface}`,
    down: (a: { interface: string }) => `${a.interface} is set down`,
  },
  why: 'No target of this node can be reached or answer.',
  fix: 'The proxy makes the bridge when IPAM has given it a prefix: look at the proxy log, IPAM and NSP; restart the proxy.',
  source: 'Meridio troubleshooting guide, Proxy; catalogue P01',
  explains: ['bridge-address-missing', 'bridge-port-broken', 'proxy-nexthop-missing', 'proxy-nexthop-dead', 'proxy-default-route-missing', 'bridge-unreachable', 'target-unreachable', 'target-neighbour-failed', 'proxy-lb-link-missing', 'proxy-target-link-missing', 'pod-not-ready', 'proxy-return-lookup-astray', 'proxy-nexthop-unreachable'],
  judge: ({ links }, say) => {
    const bridge = links.data.find(({ name }) => name === bridgeName)
    if (!bridge) return [say.missing({ interface: bridgeName }, links.at())]
    return bridge.up ? [] : [say.down({ interface: bridgeName }, links.at(bridge))]
  },
})
