import { defineCheck, own, planned } from '#judge/check.ts'
import { ipNeighbours } from '#facts/ip-neighbours.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ping } from '../facts/transcripts.ts'
import { canonicalAddress, familyOf } from '../lib/address.ts'
import { noStream, streamLinks, targetReads } from '../lib/target.ts'

const way = { ...targetReads, routes: own(ipRoutes) }

/** The address targets send their replies to is the bridge of their node's proxy; it must answer. */
export default defineCheck({
  id: 'bridge-unreachable',
  subject: 'tapa',
  severity: 'loss',
  reads: {
    ...way,
    neighbours: own(ipNeighbours),
    pings: planned(ping, way, sight => bridges(streamLinks(sight), sight.routes.data).map(({ gateway, device }) => ({ address: gateway, interface: device }))),
  },
  messages: {
    silent: (a: { family: string; gateway: string; interface: string; error: string }) => `the proxy's bridge ${a.gateway} does not answer on ${a.interface}${a.error}`,
    failed: (a: { family: string; gateway: string; interface: string; state: string }) => `the proxy's bridge ${a.gateway} does not answer on ${a.interface}: neighbour ${a.state}`,
  },
  why: 'Replies of this target go to the bridge; if it does not answer, they are lost for this family.',
  fix: 'Look at the proxy of the node: bridge address, the port of this target, forwarding.',
  source: 'Meridio troubleshooting guide, Target (its last line); catalogue T07, X06',
  explains: ['target-unreachable', 'target-neighbour-failed'],
  unless: sight => noStream(sight) ?? (bridges(streamLinks(sight), sight.routes.data).length === 0 ? 'no route leads to a bridge' : undefined),
  judge: ({ neighbours, pings, ...sight }, say) => bridges(streamLinks(sight), sight.routes.data).flatMap(({ gateway, device }) => {
    const about = { family: familyOf(gateway), gateway, interface: device }
    const seen = pings.find(({ params }) => params.address === gateway && params.interface === device)
    if (seen) return seen.data.received > 0 ? [] : [say.silent({ ...about, error: seen.data.error === undefined ? '' : ` (${seen.data.error})` }, seen.at(seen.data))]
    const entry = neighbours.data.find(row => row.interface === device && canonicalAddress(row.address) === canonicalAddress(gateway))
    const state = entry?.state.find(word => word === 'FAILED' || word === 'INCOMPLETE')
    return state === undefined ? [] : [say.failed({ ...about, state }, neighbours.at(entry))]
  }),
})

interface Hop { readonly gateway?: string; readonly dev?: string }

/** Gateways of the routes over these interfaces, each once. */
function bridges(links: readonly { readonly name: string }[], routes: readonly { readonly nexthops: readonly Hop[] }[]): readonly { readonly gateway: string; readonly device: string }[] {
  const names = new Set(links.map(({ name }) => name))
  const found = routes.flatMap(({ nexthops }) => nexthops).flatMap(({ gateway, dev }) => (gateway !== undefined && dev !== undefined && names.has(dev) ? [{ gateway, device: dev }] : []))
  return [...new Map(found.map(bridge => [`${bridge.gateway} ${bridge.device}`, bridge])).values()]
}
