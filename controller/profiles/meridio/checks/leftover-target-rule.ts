import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { defaultRoute } from '../lib/routes.ts'

/** Rules of marks that nfqlb does not give are leftovers of an earlier life. */
export default defineCheck({
  id: 'leftover-target-rule',
  subject: 'lb',
  severity: 'note',
  reads: { config: cluster(trenchConfig), streams: own(nfqlbStreams), rules: own(ipRules), routes: own(ipRoutes) },
  messages: {
    leftover: (a: { family: string; target: string; fwmark: number; table: string }) => `an ${a.family} rule routes fwmark ${a.fwmark} to table ${a.table} (${a.target}), but no stream has this target active`,
  },
  why: 'Harmless while the mark is not given again; a new target with the number may meet the old route.',
  fix: 'Restart the load balancer when convenient.',
  source: 'Meridio #225; catalogue L36',
  unless: ({ streams }) => (streams.data.some(stream => stream.error !== undefined) ? 'not every stream could be read' : undefined),
  judge: ({ streams, rules, routes }, say) => {
    const active = new Set(streams.data.flatMap(stream => (stream.error === undefined ? stream.active.map(({ fwmark }) => fwmark) : [])))
    return rules.data.filter(rule => rule.fwmark !== undefined && !active.has(rule.fwmark)).map(rule => say.leftover({
      family: rule.family, target: defaultRoute(routes.data, rule.family, rule.table ?? '')?.gateway ?? String(rule.fwmark), fwmark: rule.fwmark ?? 0, table: rule.table ?? '',
    }, rules.at(rule), ...streams.data.map(stream => streams.at({ command: stream.command }))))
  },
})
