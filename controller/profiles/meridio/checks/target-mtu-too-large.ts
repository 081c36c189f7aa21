import { cluster, defineCheck, each } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { trenchPods } from '../facts/trench-pods.ts'
import { bridgeName } from '../lib/interfaces.ts'
import { noProxyNear, proxyOf, unseenProxies } from '../lib/near.ts'
import { noStream, streamLinks, targetReads } from '../lib/target.ts'

/** The proxy cannot tell a target that a reply is too large: its "frag needed" goes to the VIP, out of eth0. */
export default defineCheck({
  id: 'target-mtu-too-large',
  subject: 'tapa',
  severity: 'loss',
  reads: { ...targetReads, pods: cluster(trenchPods), bridges: each('proxy', ipLinks), networks: each('proxy', ipAddresses) },
  messages: {
    tooLarge: (a: { interface: string; mtu: number; proxy: string; bridge: number }) => `${a.interface} has MTU ${a.mtu}, the bridge of ${a.proxy} only ${a.bridge}`,
  },
  why: 'Every reply larger than the bridge\'s MTU is lost; small ones pass, so that pings and handshakes look healthy.',
  fix: 'Set NSM_MTU of the proxy and CONDUIT_MTU alike on all nodes, then restart the pods.',
  source: 'Meridio #177; catalogue X16',
  explains: ['bridge-mtu-uneven'],
  unless: (sight, subject) => noStream(sight) ?? noProxyNear(sight.pods.data, subject),
  unseen: sight => unseenProxies(streamLinks(sight), sight.addresses, sight.networks, sight.config.data),
  judge: ({ bridges, networks, ...sight }, say) => streamLinks(sight).flatMap(link => {
    const near = proxyOf(link.name, sight.addresses, networks, sight.config.data)
    const proxy = bridges.find(({ subject }) => subject === near?.subject)
    const bridge = proxy?.data.find(({ name }) => name === bridgeName)
    return proxy && bridge && link.mtu > bridge.mtu ? [say.tooLarge({ interface: link.name, mtu: link.mtu, proxy: proxy.subject.name, bridge: bridge.mtu }, sight.links.at(link), proxy.at(bridge))] : []
  }),
})
