import { defineCheck, own } from '#judge/check.ts'
import { birdRouteCount } from '#facts/bird-route-count.ts'
import { manyRoutes } from '../lib/thresholds.ts'

/** A load balancer needs a default route and its VIPs, not the gateway's table. */
export default defineCheck({
  id: 'route-table-large',
  subject: 'lb',
  severity: 'risk',
  reads: { counts: own(birdRouteCount) },
  messages: {
    large: (a: { family: string; count: number }) => `BIRD holds ${a.count} ${a.family} routes, more than ${manyRoutes}`,
  },
  why: 'Each takes memory of BIRD and of the kernel: the frontend may run into its limit and be killed.',
  fix: 'Let the gateway announce a default route only.',
  source: 'Meridio #453, #460; catalogue L46, L09',
  judge: ({ counts }, say) => counts.data.filter(({ allRoutes }) => allRoutes > manyRoutes).map(row => say.large({ family: row.table.endsWith('6') ? 'IPv6' : 'IPv4', count: row.allRoutes }, counts.at(row))),
})
