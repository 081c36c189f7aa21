import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { oncePerTarget, targetWays } from '../lib/lb-targets.ts'
import { listingOf } from '../lib/routes.ts'
import { noActiveTarget, unseenStreams } from '../lib/streams.ts'

/** nfqlb marks packets with the target's fwmark; an ip rule must turn that mark into the target's route table. */
export default defineCheck({
  id: 'target-rule-missing',
  subject: 'lb',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), streams: own(nfqlbStreams), rules: own(ipRules), routes: own(ipRoutes) },
  messages: {
    noRule: (a: { family: string; stream: string; target: string; fwmark: number }) => `${a.stream}: target ${a.target} is active in nfqlb, but no ${a.family} rule routes its fwmark ${a.fwmark}`,
  },
  why: 'Packets hashed to this target carry a mark that no rule matches; they take the main table, leave by eth0 and never reach it.',
  fix: 'Compare the target with NSP and the load-balancer log; the rule is rebuilt when the target registers again (Meridio #575 before v1.2.1).',
  source: 'Meridio troubleshooting guide, Nfqlb; catalogue L28',
  explains: ['target-unreachable', 'forward-lookup-astray'],
  unless: ({ streams }) => noActiveTarget(streams),
  unseen: ({ streams }) => unseenStreams(streams),
  judge: ({ config, streams, rules, routes }, say) => oncePerTarget(targetWays(streams.data, rules.data, routes.data, config.data.families).filter(way => way.rule === undefined))
    .map(({ family, stream, target, fwmark, shown }) => say.noRule({ family, stream, target, fwmark }, streams.at(shown), rules.at(listingOf(rules.data, family)))),
})
