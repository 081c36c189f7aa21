import { cluster, defineCheck, own } from '#judge/check.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'
import { defaultRoute, kernelProtocol, listingOf } from '../lib/routes.ts'
import { gatewayTable } from '../lib/thresholds.ts'

/** What BIRD learnt must stand in the kernel table that replies are looked up in, for every family that has a gateway. */
export default defineCheck({
  id: 'kernel-default-route-missing',
  subject: 'lb',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), routes: own(ipRoutes), protocols: own(birdProtocols) },
  messages: {
    behindBird: (a: { family: string; exported: number }) => `table ${gatewayTable} has no ${a.family} default route, although BIRD exports ${a.exported} to the kernel`,
    none: (a: { family: string }) => `table ${gatewayTable} has no ${a.family} default route, and BIRD has none to give`,
  },
  why: 'Replies that pass this load balancer, whichever load balancer the request came through, are dropped for this family.',
  fix: 'BIRD repairs its table at the next scan (10 s): if it stays, who else writes the table? BIRD 3 without `scan time` (Meridio v1.2.6) needs 30 to 60 s.',
  source: 'Meridio troubleshooting guide, Frontend; Meridio #607; catalogue L12',
  explains: ['pod-not-ready'],
  unless: ({ config }, subject) => (expectedOf(config, subject).gateways.length === 0 ? 'the attractor has no gateway' : undefined),
  judge: ({ config, routes, protocols }, say, subject) => [...new Set(expectedOf(config, subject).gateways.map(gateway => gateway.family))].flatMap(family => {
    if (defaultRoute(routes.data, family, gatewayTable)) return []
    const kernel = kernelProtocol(protocols.data, family, 'master')
    const exported = kernel?.channels.reduce((sum, channel) => sum + (channel.routes?.exported ?? 0), 0) ?? 0
    const proof = routes.at(listingOf(routes.data, family))
    return [exported > 0 ? say.behindBird({ family, exported }, proof, protocols.at(kernel)) : say.none({ family }, proof, protocols.at(kernel))]
  }),
})
