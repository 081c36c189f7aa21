import { cluster, defineCheck } from '#judge/check.ts'
import { unreadyLogs } from '../facts/unready-logs.ts'

/** What a container that is not ready complains of in its log: the health service that fails, NSP, NSM, identities. */
export default defineCheck({
  id: 'log-complaint',
  subject: 'trench',
  severity: 'note',
  reads: { logs: cluster(unreadyLogs) },
  messages: {
    complains: (a: { pod: string; container: string; said: string; times: string }) => `${a.pod}: ${a.container}, which is not ready, says${a.times}: ${a.said}`,
  },
  why: 'A container is not ready as long as one of its health services is not: NSPCli, NSMEndpoint, Egress, Stream, Flow of stateless-lb, NSPCli and Egress of frontend, IPAMCli, NSPCli, NSMEndpoint and Egress of proxy.',
  fix: 'x509 and identities: Spire. Connection refused, deadline exceeded: NSP, IPAM or nsmgr of the node. Egress: the gateways of a load balancer, the load balancers of a proxy.',
  source: 'Meridio v1.2.8 health services and logs; catalogue K05, K06, L54',
  unseen: ({ logs }) => logs.data.flatMap(({ pod, container, error }) => (error === undefined ? [] : [`log of ${container} in ${pod}: ${error}`])),
  judge: ({ logs }, say) => logs.data.flatMap(log => {
    const last = log.complaints.at(-1)
    return last ? [say.complains({ pod: log.pod, container: log.container, said: last.text, times: log.complaints.length === 1 ? '' : ` (the last of ${log.complaints.length} complaints)` }, logs.at({ command: log.command, line: last.line }))] : []
  }),
})
