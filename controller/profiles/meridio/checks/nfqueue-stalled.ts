import { defineCheck, own } from '#judge/check.ts'
import { nfnetlinkQueue } from '#facts/nfnetlink-queue.ts'
import { queuesOf } from '../lib/queues.ts'
import { queueLength, queueStalledShare } from '../lib/thresholds.ts'

/** Packets must not wait for nfqlb: what comes to a full queue is dropped by the kernel. */
export default defineCheck({
  id: 'nfqueue-stalled',
  subject: 'lb',
  severity: 'outage',
  reads: { queues: own(nfnetlinkQueue) },
  messages: {
    stalled: (a: { queues: string; waiting: number; dropped: number }) => `nfqlb does not take its packets: ${a.waiting} wait in netfilter queue ${a.queues}, ${a.dropped} were dropped`,
  },
  why: 'nfqlb is stopped, starved of CPU, or blocked by a tracer that does not read: packets to VIPs are dropped.',
  fix: 'Look for an `nfqlb trace` that nobody reads and end it; check CPU limits of stateless-lb; do not run nfqlb commands meanwhile, they would hang.',
  source: 'nfqlb.md §1, 8; catalogue L22',
  explains: ['nfqueue-drops-growing', 'flow-missing', 'stream-unknown', 'stream-without-target', 'target-not-active', 'vip-not-announced', 'flow-differs', 'flow-leftover', 'lb-targets-differ', 'target-unreachable', 'vip-stage-missing', 'shm-leftover', 'packets-unmatched'],
  judge: ({ queues }, say, subject) => {
    const ours = new Set(queuesOf(subject).numbers)
    const full = queues.data.filter(row => ours.has(row.queue) && row.waiting >= queueLength * queueStalledShare)
    const sum = (of: (row: (typeof full)[number]) => number) => full.reduce((total, row) => total + of(row), 0)
    return full.length === 0 ? [] : [say.stalled({ queues: full.map(row => row.queue).join(', '), waiting: sum(row => row.waiting), dropped: sum(row => row.queueDropped + row.userDropped) }, ...full.map(row => queues.at(row)))]
  },
})
