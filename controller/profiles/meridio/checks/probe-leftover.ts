import { cluster, defineCheck } from '#judge/check.ts'
import { podMarks } from '../facts/pod-marks.ts'
import { probesPerPod } from '../lib/thresholds.ts'

/** Our own traces, in one note for the trench: an ephemeral container cannot be taken away again. */
export default defineCheck({
  id: 'probe-leftover',
  subject: 'trench',
  severity: 'note',
  reads: { marks: cluster(podMarks) },
  messages: {
    left: (a: { what: readonly string[] }) => a.what.join('; '),
  },
  why: 'Each entry stays in the pod\'s spec for the pod\'s life; a probe that ends badly is a fault of ours, or was killed.',
  fix: 'Nothing hurts traffic. Entries go with the pod: delete it when convenient. Report a probe that ended with another code than 0.',
  source: 'product.md §3; catalogue K26',
  judge: ({ marks }, say) => {
    const crowded = marks.data.filter(({ probes }) => probes.length > probesPerPod)
    const broken = marks.data.flatMap(({ pod, command, probes }) => probes.flatMap(({ ended, pointer }) => (ended && ended.exitCode !== 0 ? [{ pod, command, pointer, end: `${ended.exitCode} ${ended.reason}`.trim() }] : [])))
    const what = [
      ...(broken.length > 0 ? [`${broken.length} of our containers ended badly (${distinct(broken.map(({ end }) => end)).join(', ')}) in ${some(broken)}`] : []),
      ...(crowded.length > 0 ? [`more than ${probesPerPod} of our containers are in ${some(crowded)}`] : []),
    ]
    return what.length > 0 ? [say.left({ what }, ...[...broken, ...crowded].map(row => marks.at(row)))] : []
  },
})

const distinct = (words: readonly string[]): string[] => [...new Set(words)]

/** The first three pods by name; all of them stand in the evidence. */
function some(rows: readonly { readonly pod: string }[]): string {
  const pods = distinct(rows.map(({ pod }) => pod)).sort()
  return `${pods.slice(0, 3).join(', ')}${pods.length > 3 ? ` and ${pods.length - 3} more pods` : ''}`
}
