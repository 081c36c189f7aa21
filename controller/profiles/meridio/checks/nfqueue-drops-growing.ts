import { defineCheck, own, planned } from '#judge/check.ts'
import { nfnetlinkQueue } from '#facts/nfnetlink-queue.ts'
import { queuesAgain } from '../facts/transcripts.ts'
import { secondsBetween } from '../lib/growth.ts'
import { queuesOf } from '../lib/queues.ts'

const first = { queues: own(nfnetlinkQueue) }

/** Packets to VIPs that the kernel drops at this moment because nfqlb does not take them fast enough: the queues, read twice in one sweep. */
export default defineCheck({
  id: 'nfqueue-drops-growing',
  subject: 'lb',
  severity: 'loss',
  reads: { ...first, again: planned(queuesAgain, first, () => [{}]) },
  messages: {
    growing: (a: { queues: string; seconds: string }) => `packets to VIPs were dropped within ${a.seconds} s: ${a.queues}`,
  },
  why: 'Each is a packet to a VIP that this load balancer took in and lost.',
  fix: 'Full queue: nfqlb is short of CPU (look for throttling of stateless-lb) or stopped; more queues need Meridio v1.0.5 or later (NSM_NFQUEUE). Full socket: the receive buffer is too small for the rate.',
  source: 'nfqlb.md §1, 8; catalogue L22',
  explains: ['packets-unmatched'],
  judge: ({ queues, again: [again] }, say, subject) => {
    const ours = new Set(queuesOf(subject).numbers)
    const grown = (again?.data ?? []).filter(({ queue }) => ours.has(queue)).flatMap(row => {
      // bound anew meanwhile: its counters began at 0
      const was = queues.data.find(({ queue, portId }) => queue === row.queue && portId === row.portId)
      const lost = [['full', row.queueDropped - (was?.queueDropped ?? 0)], ['full socket', row.userDropped - (was?.userDropped ?? 0)]] as const
      return was ? lost.filter(([, count]) => count > 0).map(([what, count]) => ({ text: `queue ${row.queue} ${what} ${count}`, row, was })) : []
    })
    if (grown.length === 0 || !again) return []
    return [say.growing({ queues: grown.map(({ text }) => text).join(', '), seconds: secondsBetween(queues, again) }, ...grown.flatMap(({ was, row }) => [queues.at(was), again.at(row)]))]
  },
})
