import { cluster, defineCheck, each } from '#judge/check.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { trenchPods } from '../facts/trench-pods.ts'
import { unseenStreams } from '../lib/streams.ts'

/** All load balancers of a conduit must choose among the same targets, or flows move when the gateway chooses another one. */
export default defineCheck({
  id: 'lb-targets-differ',
  subject: 'trench',
  severity: 'risk',
  reads: { pods: cluster(trenchPods), lbs: each('lb', nfqlbStreams) },
  messages: {
    differ: (a: { stream: string; lacks: string }) => `load balancers disagree on the targets of ${a.stream}: ${a.lacks}`,
  },
  why: 'A connection that reaches another load balancer, after a rehash at the gateway, is sent to another target and breaks.',
  fix: 'The load balancer that lacks a target is at fault: compare its log and NSP; if all agree and targets are missing, look at NSP and TAPA.',
  source: 'Meridio #170, #575; catalogue X03, X08',
  unless: ({ pods }) => (comparable(pods.data.flatMap(pod => (pod.role === 'lb' ? [pod.conduit] : []))) ? undefined : 'no conduit has two load balancers to compare'),
  unseen: ({ lbs }) => lbs.flatMap(lb => [...unseenStreams(lb), ...lb.data.filter(stream => stream.error === undefined && stream.recomputing).map(({ stream }) => `stream ${stream}: ${lb.subject.name} was filling its table anew`)]),
  judge: ({ lbs }, say) => {
    const rows = lbs.flatMap(lb => lb.data.flatMap(stream => (stream.error === undefined && !stream.recomputing ? [{ lb, stream }] : [])))
    return [...Map.groupBy(rows, ({ lb, stream }) => `${lb.subject.traits['conduit']} ${stream.stream}`).values()].flatMap(group => {
      // by identifier: marks are numbered anew by each load balancer when it has several streams (meridio.md §1.6)
      const union = [...new Set(group.flatMap(({ stream }) => stream.active.map(({ index }) => index + 1)))].sort((a, b) => a - b)
      const lacking = group.map(({ lb, stream }) => ({ lb, lacks: union.filter(identifier => !stream.active.some(({ index }) => index + 1 === identifier)) })).filter(({ lacks }) => lacks.length > 0)
      const [first] = group
      return lacking.length === 0 || !first ? [] : [say.differ({ stream: first.stream.stream, lacks: lacking.map(({ lb, lacks }) => `${lb.subject.name} lacks ${lacks.join(', ')}`).join('; ') }, ...group.map(({ lb, stream }) => lb.at(stream)))]
    })
  },
})

function comparable(conduits: readonly (string | undefined)[]): boolean {
  return conduits.some((conduit, place) => conduits.indexOf(conduit) < place)
}
