import { defineCheck, each, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { ipNeighbours } from '#facts/ip-neighbours.ts'
import { bridgeName, isStreamInterface } from '../lib/interfaces.ts'
import { canonicalAddress } from '../lib/address.ts'

/** The target's entry for the bridge must hold the MAC the bridge has now. */
export default defineCheck({
  id: 'target-gateway-mac-stale',
  subject: 'tapa',
  severity: 'loss',
  reads: { neighbours: own(ipNeighbours), bridges: each('proxy', ipLinks), addresses: each('proxy', ipAddresses) },
  messages: {
    stale: (a: { family: string; gateway: string; mac: string; proxy: string; bridge: string }) => `${a.gateway} is known as ${a.mac}, but the bridge of ${a.proxy} has ${a.bridge}`,
  },
  why: 'Replies are sent to a MAC that nobody has: they are lost until the entry times out, for ever if it is permanent.',
  fix: 'Delete the entry (ip neigh del) or restart the pod; on Meridio before v1.0.13 the MAC of bridge0 changes with its ports.',
  source: 'Meridio #466, #471; catalogue X12',
  explains: ['bridge-unreachable'],
  unless: ({ neighbours }) => (neighbours.data.some(row => isStreamInterface(row.interface)) ? undefined : 'the pod has no neighbour on an nsm interface'),
  judge: ({ neighbours, bridges, addresses }, say, subject) => {
    const near = bridges.filter(proxy => proxy.subject.node === subject.node)
    return near.flatMap(proxy => {
      const link = proxy.data.find(({ name }) => name === bridgeName)
      const seen = addresses.find(other => other.subject.name === proxy.subject.name)
      const own = new Set(seen?.data.filter(row => row.interface === bridgeName).map(row => canonicalAddress(row.address)))
      return link?.address === undefined ? [] : neighbours.data
        .filter(row => isStreamInterface(row.interface) && own.has(canonicalAddress(row.address)) && row.mac !== undefined && row.mac !== link.address)
        .map(row => say.stale({ family: row.family, gateway: row.address, mac: row.mac ?? '', proxy: proxy.subject.name, bridge: link.address ?? '' }, neighbours.at(row), proxy.at(link)))
    })
  },
})
