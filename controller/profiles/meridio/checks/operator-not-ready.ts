import { cluster, defineCheck } from '#judge/check.ts'
import { ailmentOf } from '../facts/pod-health.ts'
import { operatorPods } from '../facts/operator-pods.ts'
import { trenchConfig } from '../facts/trench-config.ts'

/** The operator turns custom resources into pods and configuration, and its webhook judges each change of them. */
export default defineCheck({
  id: 'operator-not-ready',
  subject: 'trench',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), operators: cluster(operatorPods) },
  messages: {
    ailing: (a: { pod: string; ailment: string }) => `the operator ${a.pod} ${a.ailment}`,
  },
  why: 'The trench goes on as it is. Changes of its resources are refused, because their webhook does not answer, or reach neither ConfigMap nor pods.',
  fix: 'Look at the operator\'s pod and log: image, certificate of the webhook, rights.',
  source: 'Meridio v1.2.8 config/manager; catalogue K24',
  explains: ['config-map-differs'],
  unless: ({ config }) => (config.data.source === 'resources' ? undefined : 'the trench has no custom resources: no operator makes it'),
  unseen: ({ operators }) => (operators.data.some(({ terminating }) => !terminating) ? [] : ['no pod of the namespace has the operator\'s label control-plane=meridio-operator']),
  judge: ({ operators }, say) => {
    const ailing = operators.data.flatMap(pod => (ailmentOf(pod) === undefined ? [] : [{ pod, ailment: ailmentOf(pod) ?? '' }]))
    const works = operators.data.some(pod => !pod.terminating && pod.phase === 'Running' && pod.notReady.length === 0)
    return works ? [] : ailing.map(({ pod, ailment }) => say.ailing({ pod: pod.pod, ailment }, operators.at(pod)))
  },
})
