import { defineCheck, own } from '#judge/check.ts'
import { bridgeLinks } from '#facts/bridge-links.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { bridgeName, proxyPorts, unseenPorts } from '../lib/interfaces.ts'

/** Each interface to a load balancer or a target must be a forwarding port of the bridge. */
export default defineCheck({
  id: 'bridge-port-broken',
  subject: 'proxy',
  severity: 'loss',
  reads: { links: own(ipLinks), ports: own(bridgeLinks) },
  messages: {
    down: (a: { interface: string }) => `${a.interface} is set down`,
    unbridged: (a: { interface: string }) => `${a.interface} is not a port of ${bridgeName}`,
    notForwarding: (a: { interface: string; state: string }) => `${a.interface} is ${a.state} in ${bridgeName}`,
  },
  why: 'One target or one load balancer is cut off from this node.',
  fix: 'Restart the proxy: it puts every interface into the bridge again.',
  source: 'Meridio troubleshooting guide, Proxy; catalogue P05',
  explains: ['target-interface-no-carrier', 'conduit-interface-no-carrier', 'target-unreachable', 'target-neighbour-failed', 'bridge-unreachable', 'proxy-lb-link-missing', 'proxy-target-link-missing', 'proxy-nexthop-missing', 'proxy-nexthop-dead', 'proxy-default-route-missing', 'proxy-nexthop-unreachable'],
  unseen: unseenPorts,
  judge: ({ links, ports }, say, subject) => {
    const { toLoadBalancers, toTargets } = proxyPorts(links.data, subject)
    return [...toLoadBalancers, ...toTargets].flatMap(link => {
      const about = { interface: link.name }
      if (!link.up) return [say.down(about, links.at(link))]
      if (link.master !== bridgeName) return [say.unbridged(about, links.at(link))]
      const port = ports.data.find(({ port, master }) => port === link.name && master === bridgeName)
      if (!port) return [say.unbridged(about, ports.at())]
      // the bridge disables a port without carrier: that is the far end's doing (bridge-port-no-carrier)
      return !link.lowerUp || port.state === undefined || port.state === 'forwarding' ? [] : [say.notForwarding({ ...about, state: port.state }, ports.at(port))]
    })
  },
})
