import { nfnetlinkQueue } from '#facts/nfnetlink-queue.ts'
import { defineCheck, own, planned } from '#judge/check.ts'
import { queuesAgain } from '../facts/transcripts.ts'
import { secondsBetween } from '../lib/growth.ts'
import { arrived, left, noComparison, sum, twoRulesets } from '../lib/passages.ts'
import { queuesOf } from '../lib/queues.ts'
import { manyUnmatched, unmatchedShare } from '../lib/thresholds.ts'

const first = { queues: own(nfnetlinkQueue) }

/** Packets to VIPs that are given to nfqlb leave with a target's mark, but for those that wait in a queue. */
export default defineCheck({
  id: 'packets-unmatched',
  subject: 'lb',
  severity: 'note',
  reads: { ...twoRulesets, ...first, again: planned(queuesAgain, first, () => [{}]) },
  messages: {
    lost: (a: { arrived: number; left: number; waiting: number; seconds: string }) => `within ${a.seconds} s ${a.arrived} packets to VIPs were given to nfqlb, ${a.left} left towards a target${a.waiting > 0 ? ` and ${a.waiting} wait` : ''}`,
  },
  why: 'nfqlb dropped the others: no flow takes their port, protocol or source, or the flow\'s stream has no target. Clients that speak to a wrong port look like this, too.',
  fix: 'Compare what clients send (a trace on the external interface shows it) with the flows; explain tells of one packet which flow takes it.',
  source: 'Meridio v1.2.8 nft counters (pkg/loadbalancer/nfqlb, pkg/metrics); catalogue L39, X17',
  unless: noComparison,
  judge: ({ again: [again], queues, ...readings }, say, subject) => {
    const [came, went, [after]] = [arrived(readings), left(readings), readings.after]
    if (!came || !went || !after) return []
    const ours = new Set(queuesOf(subject).numbers)
    const waiting = (again?.data ?? queues.data).filter(({ queue }) => ours.has(queue)).reduce((total, row) => total + row.waiting, 0)
    const counts = { arrived: sum(came), left: sum(went.values()), waiting }
    const lost = counts.arrived - counts.left - waiting
    return lost < Math.max(manyUnmatched, counts.arrived * unmatchedShare) ? [] : [say.lost({ ...counts, seconds: secondsBetween(readings.before, after) }, ...[...came, ...went.values()].filter(({ by }) => by > 0).flatMap(({ evidence: [was, is] }) => [readings.before.at(was), after.at(is)]))]
  },
})
