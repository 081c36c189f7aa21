import { cluster, defineCheck, own } from '#judge/check.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'
import { shownAt } from '../lib/streams.ts'

/** Each Stream of the conduit has its target table in shared memory, in the size the resource says. */
export default defineCheck({
  id: 'stream-unknown',
  subject: 'lb',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), streams: own(nfqlbStreams) },
  messages: {
    absent: (a: { stream: string }) => `stream ${a.stream} has no target table in /dev/shm`,
    unreadable: (a: { stream: string; error: string }) => `stream ${a.stream} cannot be read: ${a.error}`,
    unfinished: (a: { stream: string }) => `the target table of stream ${a.stream} was never finished: /dev/shm was full`,
    size: (a: { stream: string; held: number; wanted: number }) => `stream ${a.stream} has room for ${a.held} targets, its resource says ${a.wanted}`,
  },
  why: 'Packets of the stream\'s flows find no target, or identifiers above the table\'s size can never be active.',
  fix: '/dev/shm may be full (64 MiB = 16 streams of 100 targets); restart stateless-lb, which makes the tables anew. All streams absent: the load balancer was evicted, look at its gateways.',
  source: 'nfqlb.md §4, 5; catalogue L25, L26',
  explains: ['stream-without-target', 'target-not-active', 'lb-targets-differ', 'vip-not-announced', 'target-rule-missing', 'target-route-missing', 'target-route-wrong', 'target-unreachable', 'target-neighbour-failed', 'leftover-target-rule', 'vip-stage-missing', 'packets-unmatched'],
  unless: ({ config }, subject) => (expectedOf(config, subject).streams.length === 0 ? 'the conduit has no stream' : undefined),
  judge: ({ config, streams }, say, subject) => expectedOf(config, subject).streams.flatMap(wanted => {
    const stream = streams.data.find(row => row.stream === wanted.name)
    if (!stream) return [say.absent({ stream: wanted.name }, streams.at(), config.at(wanted))]
    if (stream.error !== undefined) return [say.unreadable({ stream: wanted.name, error: stream.error.message }, streams.at(shownAt(stream)))]
    if (stream.M === 0) return [say.unfinished({ stream: wanted.name }, streams.at(stream))]
    return stream.N === wanted.maxTargets ? [] : [say.size({ stream: wanted.name, held: stream.N, wanted: wanted.maxTargets }, streams.at(stream), config.at(wanted))]
  }),
})
