import { cluster, defineCheck, each, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { ipNeighbours } from '#facts/ip-neighbours.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { trenchPods } from '../facts/trench-pods.ts'
import { canonicalAddress } from '../lib/address.ts'
import { bridgeName, globalAddresses } from '../lib/interfaces.ts'
import { noProxyNear, proxyOf, unseenProxies } from '../lib/near.ts'
import { noStream, streamLinks, targetReads } from '../lib/target.ts'

/** The target's entry for the bridge must hold the MAC the bridge has now; also where the bridge has lost the address, which the target's default route still names. */
export default defineCheck({
  id: 'target-gateway-mac-stale',
  subject: 'tapa',
  severity: 'loss',
  reads: { ...targetReads, neighbours: own(ipNeighbours), routes: own(ipRoutes), pods: cluster(trenchPods), bridges: each('proxy', ipLinks), networks: each('proxy', ipAddresses) },
  messages: {
    stale: (a: { family: string; gateway: string; interface: string; mac: string; state: string; proxy: string; bridge: string }) => `${a.gateway} is known as ${a.mac} (${a.state}), but the bridge of ${a.proxy} has ${a.bridge}`,
  },
  why: 'Replies are sent to a MAC that nobody has: they are lost until the entry times out, for ever if it is permanent.',
  fix: 'Delete the entry (ip neigh del) or restart the pod; on Meridio before v1.0.13 the MAC of bridge0 changes with its ports.',
  source: 'Meridio #466, #471; catalogue X12',
  explains: ['bridge-unreachable'],
  unless: (sight, subject) => noStream(sight) ?? noProxyNear(sight.pods.data, subject),
  unseen: sight => unseenProxies(streamLinks(sight), sight.addresses, sight.networks, sight.config.data),
  judge: ({ neighbours, routes, bridges, networks, ...sight }, say) => streamLinks(sight).flatMap(({ name }) => {
    const network = proxyOf(name, sight.addresses, networks, sight.config.data)
    const proxy = bridges.find(({ subject }) => subject === network?.subject)
    const bridge = proxy?.data.find(link => link.name === bridgeName)
    if (!network || !proxy || bridge?.address === undefined) return []
    const { address: mac } = bridge
    const held = globalAddresses(network.data).filter(row => row.interface === bridgeName)
    const hops = routes.data.filter(route => !held.some(({ family }) => family === route.family)).flatMap(route => route.nexthops.flatMap(({ dev, gateway }) => (dev === name && gateway !== undefined ? [gateway] : [])))
    const gateways = new Set([...held.map(row => row.address), ...hops].map(canonicalAddress))
    return neighbours.data
      .filter(row => row.interface === name && gateways.has(canonicalAddress(row.address)) && row.mac !== undefined && row.mac.toLowerCase() !== mac.toLowerCase())
      .map(row => say.stale({ family: row.family, gateway: row.address, interface: name, mac: row.mac ?? '', state: row.state.join(','), proxy: proxy.subject.name, bridge: mac }, neighbours.at(row), proxy.at(bridge)))
  }),
})
