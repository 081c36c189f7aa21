import { cluster, defineCheck, outcome, own } from '#judge/check.ts'
import { birdStatus } from '#facts/bird-status.ts'
import { birdLog } from '../facts/transcripts.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { returns } from '../lib/bird-history.ts'
import { expectedOf } from '../lib/expected.ts'
import { flapWindowS, manyFlaps } from '../lib/thresholds.ts'

/** A session that comes up again and again is not well, although it may be up now. */
export default defineCheck({
  id: 'bgp-session-flapping',
  subject: 'lb',
  severity: 'note',
  reads: { config: cluster(trenchConfig), status: own(birdStatus), log: outcome(birdLog) },
  messages: {
    flaps: (a: { gateway: string; family: string; name: string; count: number; last: string }) => `the session with ${a.name} (${a.gateway}) came up again ${a.count} times within an hour, last at ${a.last}`,
  },
  why: 'Each time the gateway moves all flows to other load balancers and back: connections to targets break.',
  fix: 'Look in bird.log why it went down ("Connection closed": the gateway; "BFD session down", "Hold timer expired": the path or load).',
  source: 'bird.md §5, 7',
  unless: ({ config, log }, subject) => {
    if (!expectedOf(config, subject).gateways.some(({ protocol }) => protocol === 'bgp')) return 'the attractor has no BGP gateway'
    return log.error?.code === 'not-found' ? `no volume shows the probe BIRD's log: ${log.error.message}` : undefined
  },
  unseen: ({ log }) => (log.error ? [log.error.message] : []),
  judge: ({ config, status, log }, say, subject) => expectedOf(config, subject).gateways.flatMap(gateway => {
    const ups = returns(log.data ?? [], `NBR-${gateway.name}`, status.data.serverTime, flapWindowS)
    const last = ups.at(-1)
    return last && ups.length >= manyFlaps ? [say.flaps({ gateway: gateway.address, family: gateway.family, name: gateway.name, count: ups.length, last: last.at }, ...ups.map(line => log.at(line)), status.at(status.data))] : []
  }),
})
