import { defineCheck, own } from '#judge/check.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { defaultRoute } from '../lib/routes.ts'
import { shownAt, unseenStreams } from '../lib/streams.ts'

/** Rules of marks that nfqlb does not give are leftovers of an earlier life. */
export default defineCheck({
  id: 'leftover-target-rule',
  subject: 'lb',
  severity: 'note',
  reads: { streams: own(nfqlbStreams), rules: own(ipRules), routes: own(ipRoutes) },
  messages: {
    leftover: (a: { family: string; target: string; marks: string; tables: string }) => `an ${a.family} rule routes fwmark ${a.marks} to table ${a.tables} (${a.target}), but no stream has this target active`,
  },
  why: 'Harmless while the mark is not given again; a new target with the number may meet the old route.',
  fix: 'Restart the load balancer when convenient.',
  source: 'Meridio #225; catalogue L36',
  unseen: ({ streams }) => unseenStreams(streams),
  judge: ({ streams, rules, routes }, say) => {
    if (unseenStreams(streams).length > 0) return []
    const active = new Set(streams.data.flatMap(stream => (stream.error === undefined ? stream.active.map(({ fwmark }) => fwmark) : [])))
    const left = rules.data.flatMap(rule => {
      if (rule.fwmark === undefined || active.has(rule.fwmark)) return []
      return [{ rule, fwmark: rule.fwmark, table: rule.table ?? rule.action, target: defaultRoute(routes.data, rule.family, rule.table ?? '')?.gateway ?? String(rule.fwmark) }]
    })
    // several marks may lead to one target
    return [...Map.groupBy(left, ({ rule, target }) => `${rule.family} ${target}`).values()].flatMap(group => {
      const [first] = group
      return first ? [say.leftover({ family: first.rule.family, target: first.target, marks: unique(group.map(({ fwmark }) => fwmark)), tables: unique(group.map(({ table }) => table)) },
        ...group.map(({ rule }) => rules.at(rule)), ...streams.data.map(stream => streams.at(shownAt(stream))))] : []
    })
  },
})

const unique = (values: readonly (string | number)[]) => [...new Set(values)].join(', ')
