import { cluster, defineCheck } from '#judge/check.ts'
import { podMarks } from '../facts/pod-marks.ts'

/** Spire gives identities to pods with a label; without one a part can speak with neither NSM nor NSP. */
export default defineCheck({
  id: 'pod-without-identity',
  subject: 'trench',
  severity: 'loss',
  reads: { marks: cluster(podMarks) },
  messages: {
    unlabelled: (a: { pod: string; found: string }) => `${a.pod} has no label spiffe.io/spiffe-id "true"${a.found}`,
  },
  why: 'The pod gets no identity (SVID): its TAPA or proxy cannot connect, and it carries no traffic.',
  fix: 'Put the label into the pod template; the operator does it for its own pods, an application\'s template is the user\'s. A Spire that registers by other selectors needs no label.',
  source: 'meridio.md §1.3; catalogue K18',
  explains: ['pod-not-ready'],
  unless: ({ marks }) => (marks.data.some(({ spiffe }) => spiffe === 'true') ? undefined : 'no pod of the trench has the label: Spire registers by other selectors here'),
  judge: ({ marks }, say) => marks.data.filter(({ spiffe }) => spiffe !== 'true')
    .map(pod => say.unlabelled({ pod: pod.pod, found: pod.spiffe === undefined ? '' : ` but "${pod.spiffe}"` }, marks.at({ command: pod.command, pointer: `${pod.pointer}/metadata/labels` }))),
})
