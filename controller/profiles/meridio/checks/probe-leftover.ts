import { cluster, defineCheck } from '#judge/check.ts'
import { podMarks } from '../facts/pod-marks.ts'
import { probesPerPod } from '../lib/thresholds.ts'

/** Our own traces: an ephemeral container cannot be taken away again. */
export default defineCheck({
  id: 'probe-leftover',
  subject: 'trench',
  severity: 'note',
  reads: { marks: cluster(podMarks) },
  messages: {
    many: (a: { pod: string; count: number; limit: number }) => `${a.pod} holds ${a.count} of our containers, more than ${a.limit}`,
    broken: (a: { pod: string; container: string; exitCode: number; reason: string }) => `${a.pod}: our container ${a.container} ended with ${a.exitCode}${a.reason}`,
  },
  why: 'Each entry stays in the pod\'s spec for the pod\'s life; a probe that ends badly is a fault of ours, or was killed.',
  fix: 'Nothing hurts traffic. Entries go with the pod: delete it when convenient. Report a probe that ended with another code than 0.',
  source: 'product.md §3; catalogue K26',
  judge: ({ marks }, say) => marks.data.flatMap(pod => [
    ...(pod.probes.length > probesPerPod ? [say.many({ pod: pod.pod, count: pod.probes.length, limit: probesPerPod }, marks.at(pod))] : []),
    ...pod.probes.flatMap(probe => (probe.ended && probe.ended.exitCode !== 0 ? [say.broken({
      pod: pod.pod, container: probe.name, exitCode: probe.ended.exitCode, reason: probe.ended.reason === '' ? '' : ` (${probe.ended.reason})`,
    }, marks.at({ command: pod.command, pointer: probe.pointer }))] : [])),
  ]),
})
