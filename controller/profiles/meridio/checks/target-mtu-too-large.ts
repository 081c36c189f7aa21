import { defineCheck, each, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { bridgeName, isStreamInterface } from '../lib/interfaces.ts'

/** The proxy cannot tell a target that a reply is too large: its "frag needed" goes to the VIP, out of eth0. */
export default defineCheck({
  id: 'target-mtu-too-large',
  subject: 'tapa',
  severity: 'loss',
  reads: { links: own(ipLinks), proxies: each('proxy', ipLinks) },
  messages: {
    tooLarge: (a: { interface: string; mtu: number; proxy: string; bridge: number }) => `${a.interface} has MTU ${a.mtu}, the bridge of ${a.proxy} only ${a.bridge}`,
  },
  why: 'Every reply larger than the bridge\'s MTU is lost; small ones pass, so that pings and handshakes look healthy.',
  fix: 'Set NSM_MTU of the proxy and CONDUIT_MTU alike on all nodes, then restart the pods.',
  source: 'Meridio #177; catalogue X16',
  unless: ({ links }) => (links.data.some(({ name }) => isStreamInterface(name)) ? undefined : 'no stream is open: the pod has no nsm interface'),
  judge: ({ links, proxies }, say, subject) => proxies.filter(proxy => proxy.subject.node === subject.node).flatMap(proxy => {
    const bridge = proxy.data.find(({ name }) => name === bridgeName)
    return bridge === undefined ? [] : links.data.filter(link => isStreamInterface(link.name) && link.mtu > bridge.mtu)
      .map(link => say.tooLarge({ interface: link.name, mtu: link.mtu, proxy: proxy.subject.name, bridge: bridge.mtu }, links.at(link), proxy.at(bridge)))
  }),
})
