import { defineCheck, own, planned } from '#judge/check.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ping } from '#facts/ping.ts'
import { isStreamInterface } from '../lib/interfaces.ts'

interface Route { readonly table: string; readonly gateway?: string; readonly dev?: string }

/** The address targets send their replies to is the bridge of their node's proxy; it must answer. */
export default defineCheck({
  id: 'bridge-unreachable',
  subject: 'tapa',
  severity: 'loss',
  reads: {
    routes: own(ipRoutes),
    pings: planned(ping, { routes: own(ipRoutes) }, ({ routes }) => bridges(routes.data).map(({ gateway, dev }) => ({ address: gateway, interface: dev }))),
  },
  messages: {
    silent: (a: { family: string; gateway: string; interface: string; error: string }) => `the proxy's bridge ${a.gateway} does not answer on ${a.interface}${a.error}`,
  },
  why: 'Replies of this target go to the bridge; if it does not answer, they are lost for this family.',
  fix: 'Look at the proxy of the node: bridge address, the port of this target, forwarding.',
  source: 'Meridio troubleshooting guide, Target (its last line); catalogue T07, X06',
  explains: ['target-unreachable'],
  unless: ({ routes }) => (bridges(routes.data).length === 0 ? 'no route leads to a bridge' : undefined),
  judge: ({ pings }, say) => pings.filter(({ data }) => data.received === 0).map(seen => say.silent({
    family: seen.params.address.includes(':') ? 'IPv6' : 'IPv4', gateway: seen.params.address, interface: seen.params.interface ?? '', error: seen.data.error === undefined ? '' : ` (${seen.data.error})`,
  }, seen.at(seen.data))),
})

function bridges(routes: readonly Route[]): readonly { readonly gateway: string; readonly dev: string }[] {
  return routes.flatMap(({ gateway, dev }) => (gateway !== undefined && dev !== undefined && isStreamInterface(dev) ? [{ gateway, dev }] : []))
}
