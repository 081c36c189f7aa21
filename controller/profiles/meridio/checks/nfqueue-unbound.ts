import { defineCheck, outcome } from '#judge/check.ts'
import { nfnetlinkQueue } from '#facts/nfnetlink-queue.ts'
import { queuesOf } from '../lib/queues.ts'

/** nfqlb is bound to a range of netfilter queues; without it the kernel drops every packet to a VIP. */
export default defineCheck({
  id: 'nfqueue-unbound',
  subject: 'lb',
  severity: 'outage',
  reads: { queues: outcome(nfnetlinkQueue) },
  messages: {
    none: (a: { queues: string }) => `nothing is bound to the netfilter queues ${a.queues}: nfqlb is not running`,
    some: (a: { missing: string }) => `nothing is bound to netfilter queue ${a.missing}`,
  },
  why: 'Packets to VIPs that come to a queue without nfqlb are dropped; the gateways go on sending them.',
  fix: 'The stateless-lb container ends with its nfqlb and restarts: look at its restart count and at the log of the container before.',
  source: 'Meridio troubleshooting guide, Nfqlb; nfqlb.md §8; catalogue L21',
  explains: ['flow-missing', 'stream-unknown', 'target-not-active', 'stream-without-target', 'lb-targets-differ', 'target-rule-missing', 'target-route-missing', 'target-route-wrong', 'target-unreachable', 'nfqueue-stalled', 'vip-not-announced', 'container-restarted', 'pod-not-ready', 'leftover-target-rule', 'flow-differs', 'flow-leftover', 'vip-stage-missing', 'shm-leftover', 'packets-unmatched'],
  unseen: ({ queues }) => (queues.error && queues.error.code !== 'not-found' ? [queues.error.message] : []),
  judge: ({ queues }, say, subject) => {
    // the kernel has the file once a program has asked for a queue
    const bound = queues.data ?? (queues.error?.code === 'not-found' ? [] : undefined)
    if (!bound) return []
    const { range, numbers } = queuesOf(subject)
    const missing = numbers.filter(number => !bound.some(row => row.queue === number))
    if (missing.length === 0) return []
    return [missing.length === numbers.length ? say.none({ queues: range }, queues.at()) : say.some({ missing: missing.join(', ') }, queues.at())]
  },
})
