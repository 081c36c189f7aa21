import { cluster, defineCheck } from '#judge/check.ts'
import { trenchPods } from '../facts/trench-pods.ts'

/** Containers of the data plane do not restart by themselves. */
export default defineCheck({
  id: 'container-restarted',
  subject: 'trench',
  severity: 'note',
  reads: { pods: cluster(trenchPods) },
  messages: {
    restarted: (a: { pod: string; container: string; restarts: number; last: string }) => `${a.pod}: container ${a.container} was restarted ${a.restarts === 1 ? 'once' : `${a.restarts} times`}${a.last}`,
  },
  why: 'While it was down the pod did part of its work or none: without stateless-lb that load balancer had no streams, without frontend no gateways.',
  fix: 'Look at the log of the container before (kubectl logs -p): OOMKilled needs a higher limit; "Process nfqlb terminated" may be a careless nfqlb client.',
  source: 'catalogue K02',
  judge: ({ pods }, say) => pods.data.flatMap(pod => pod.containers.filter(container => container.restarts > 0).map(container => say.restarted({
    pod: pod.pod, container: container.name, restarts: container.restarts, last: container.last ? `, last ended with ${container.last.exitCode} ${container.last.reason} at ${container.last.finishedAt}` : '',
  }, pods.at({ command: pod.command, pointer: container.pointer })))),
})
