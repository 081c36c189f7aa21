import { cluster, defineCheck } from '#judge/check.ts'
import { podWarnings } from '../facts/pod-warnings.ts'

/** Kubernetes does not warn of pods of the trench that are not ready: what it says is why they are not. */
export default defineCheck({
  id: 'pod-held-up',
  subject: 'trench',
  severity: 'risk',
  reads: { events: cluster(podWarnings) },
  messages: {
    warned: (a: { pod: string; kind: string; warnings: string }) => `${a.kind === 'Pod' ? '' : `${a.kind} `}${a.pod}: ${a.warnings}`,
  },
  why: 'The pod does not come up, or is not ready, and this is what the scheduler, the kubelet or the controller says about it.',
  fix: 'FailedScheduling: nodes, taints, anti-affinity (two LB/FE of one attractor never share a node). FailedMount: sockets of Spire and NSM on the node, volume claims. FailedCreatePodSandBox: network attachment. FailedCreate: quota, policies. Unhealthy: the container\'s log.',
  source: 'Kubernetes events; catalogue K21',
  unseen: ({ events }) => events.data.cut.map(name => `${name} has more warnings than the 500 that are read`),
  judge: ({ events }, say) => [...Map.groupBy(events.data.warnings, ({ kind, pod }) => `${kind} ${pod}`).values()].flatMap(of => {
    const [first] = of
    const told = of.map(({ reason, message, count }) => `${reason}: ${message}${count > 1 ? ` (${count} times)` : ''}`).join('; ')
    return first ? [say.warned({ pod: first.pod, kind: first.kind, warnings: told }, ...of.map(warning => events.at(warning)))] : []
  }),
})
