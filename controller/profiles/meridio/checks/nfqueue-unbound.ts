import { defineCheck, own } from '#judge/check.ts'
import { nfnetlinkQueue } from '#facts/nfnetlink-queue.ts'
import { queueNumbers } from '../lib/queues.ts'

/** nfqlb is bound to a range of netfilter queues; without it the kernel drops every packet to a VIP. */
export default defineCheck({
  id: 'nfqueue-unbound',
  subject: 'lb',
  severity: 'outage',
  reads: { queues: own(nfnetlinkQueue) },
  messages: {
    none: (a: { queues: string }) => `nothing is bound to the netfilter queues ${a.queues}: nfqlb is not running`,
    some: (a: { missing: string }) => `nothing is bound to netfilter queue ${a.missing}`,
  },
  why: 'All packets to VIPs that reach this load balancer are dropped; the gateways go on sending them.',
  fix: 'The stateless-lb container ends with its nfqlb and restarts: look at its restart count and at the log of the container before.',
  source: 'Meridio troubleshooting guide, Nfqlb; nfqlb.md §5; catalogue L21',
  explains: ['flow-missing', 'stream-unknown', 'target-not-active', 'stream-without-target', 'lb-targets-differ', 'target-rule-missing', 'target-route-missing', 'target-route-wrong', 'target-unreachable', 'nfqueue-stalled', 'vip-not-announced', 'container-restarted', 'pod-not-ready', 'leftover-target-rule', 'flow-differs'],
  judge: ({ queues }, say, subject) => {
    const range = subject.traits['queues'] ?? '0:3'
    const bound = new Set(queues.data.map(row => row.queue))
    const missing = queueNumbers(range).filter(queue => !bound.has(queue))
    if (missing.length === 0) return []
    return [bound.size === 0 ? say.none({ queues: range }, queues.at()) : say.some({ missing: missing.join(', ') }, queues.at())]
  },
})
