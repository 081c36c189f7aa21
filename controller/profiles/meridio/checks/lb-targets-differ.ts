import { defineCheck, each } from '#judge/check.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'

/** All load balancers of a conduit must choose among the same targets, or flows move when the gateway chooses another one. */
export default defineCheck({
  id: 'lb-targets-differ',
  subject: 'trench',
  severity: 'risk',
  reads: { lbs: each('lb', nfqlbStreams) },
  messages: {
    differ: (a: { stream: string; lacks: string }) => `load balancers disagree on the targets of ${a.stream}: ${a.lacks}`,
  },
  why: 'A connection that reaches another load balancer, after a rehash at the gateway, is sent to another target and breaks.',
  fix: 'The load balancer that deviates is at fault: compare its log and NSP; if all agree and targets are missing, look at NSP and TAPA.',
  source: 'Meridio #170, #575; catalogue X03, X08',
  unless: ({ lbs }) => (lbs.length < 2 ? 'there is only one load balancer to compare' : undefined),
  judge: ({ lbs }, say) => {
    const rows = lbs.flatMap(lb => lb.data.flatMap(stream => (stream.error === undefined && !stream.recomputing ? [{ lb, stream }] : [])))
    const groups = Map.groupBy(rows, ({ lb, stream }) => `${lb.subject.traits['conduit']} ${stream.stream}`)
    return [...groups.values()].flatMap(group => {
      const union = [...new Set(group.flatMap(({ stream }) => stream.active.map(({ fwmark }) => fwmark)))].sort((a, b) => a - b)
      const lacking = group.map(({ lb, stream }) => ({ lb, stream, lacks: union.filter(fwmark => !stream.active.some(active => active.fwmark === fwmark)) })).filter(({ lacks }) => lacks.length > 0)
      const [first] = group
      return lacking.length === 0 || !first ? [] : [say.differ({ stream: first.stream.stream, lacks: lacking.map(({ lb, lacks }) => `${lb.subject.name} lacks ${lacks.join(', ')}`).join('; ') }, ...group.map(({ lb, stream }) => lb.at(stream)))]
    })
  },
})
