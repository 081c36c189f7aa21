import { cluster, defineCheck, own } from '#judge/check.ts'
import { birdDefaultRoutes } from '#facts/bird-default-routes.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { egressFamilies } from '../lib/expected.ts'
import { defaultRoute, defaultsAsked, kernelProtocol, listingOf } from '../lib/routes.ts'
import { gatewayTable } from '../lib/thresholds.ts'

/** What BIRD learnt must stand in the kernel table that replies are looked up in, for every family that has a gateway and a VIP. */
export default defineCheck({
  id: 'kernel-default-route-missing',
  subject: 'lb',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), routes: own(ipRoutes), protocols: own(birdProtocols), defaults: own(birdDefaultRoutes) },
  messages: {
    behindBird: (a: { family: string; from: string }) => `table ${gatewayTable} has no ${a.family} default route, although BIRD has one from ${a.from}`,
    none: (a: { family: string }) => `table ${gatewayTable} has no ${a.family} default route, and BIRD has none to give`,
    foreign: (a: { family: string; by: string; way: string }) => `the ${a.family} default route of table ${gatewayTable} (${a.way}) is not BIRD's, but of protocol ${a.by}`,
  },
  why: 'Replies that pass this load balancer, whichever load balancer the request came through, are dropped for this family, or follow a route that knows nothing of the gateways.',
  fix: 'BIRD repairs its table at the next scan (10 s): if it stays, who else writes the table (bird.log: "Netlink: File exists")? BIRD 3 without `scan time` (Meridio v1.2.6) needs 30 to 60 s.',
  source: 'Meridio troubleshooting guide, Frontend; Meridio #607; bird.md §6; catalogue L12',
  explains: ['pod-not-ready', 'return-lookup-astray'],
  unless: ({ config }, subject) => (egressFamilies(config, subject).length === 0 ? 'no family of the attractor has both a gateway and a VIP' : undefined),
  judge: ({ config, routes, protocols, defaults }, say, subject) => egressFamilies(config, subject).flatMap(family => {
    const route = defaultRoute(routes.data, family, gatewayTable)
    const known = defaults.data.find(row => row.family === family && row.best)
    const [proof, kernel] = [routes.at(route ?? listingOf(routes.data, family)), protocols.at(kernelProtocol(protocols.data, family, 'master'))]
    if (!route) return [known ? say.behindBird({ family, from: known.protocol }, proof, defaults.at(known), kernel) : say.none({ family }, proof, defaults.at(defaultsAsked[family]), kernel)]
    return route.protocol === 'bird' ? [] : [say.foreign({ family, by: route.protocol ?? 'boot', way: wayOf(route) }, proof, defaults.at(known ?? defaultsAsked[family]), kernel)]
  }),
})

function wayOf({ type, nexthops }: { readonly type: string; readonly nexthops: readonly { readonly gateway?: string; readonly dev?: string }[] }): string {
  return nexthops.length === 0 ? type : nexthops.map(({ gateway, dev }) => gateway ?? dev).join(', ')
}
