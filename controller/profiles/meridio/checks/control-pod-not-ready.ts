import { cluster, defineCheck } from '#judge/check.ts'
import { controlPods, type Duty } from '../facts/control-pods.ts'

/** NSP, IPAM and NSE-VLAN run and are ready: the data plane stands without them, but learns nothing new. */
export default defineCheck({
  id: 'control-pod-not-ready',
  subject: 'trench',
  severity: 'risk',
  reads: { pods: cluster(controlPods) },
  messages: {
    notRunning: (a: { pod: string; phase: string; lacks: string }) => `${a.pod} is ${a.phase}: ${a.lacks}`,
    notReady: (a: { pod: string; container: string; lacks: string }) => `${a.pod}: container ${a.container} is not ready: ${a.lacks}`,
    none: (a: { name: string; lacks: string }) => `no pod of the trench is its ${a.name}: ${a.lacks}`,
  },
  why: 'What runs goes on. New targets, changed VIPs and flows, and pods that restart wait for it.',
  fix: 'Look at the pod and its log; NSP and IPAM need their volume claim bound and not full.',
  source: 'Meridio v1.2.8 templates; catalogue K06, K07',
  explains: ['pod-not-ready'],
  judge: ({ pods }, say) => {
    const meant = pods.data.filter(({ phase }) => phase !== 'Succeeded')
    const missing = (['nsp', 'ipam'] as const).filter(duty => !meant.some(pod => pod.duty === duty))
    return [
      ...(missing.length === 0 ? [] : [say.none({ name: missing.join(' and ').toUpperCase().replace('AND', 'and'), lacks: missing.map(duty => lacks[duty]).join('; ') }, pods.at())]),
      ...meant.filter(({ terminating }) => !terminating).flatMap(pod => pod.phase === 'Running'
        ? pod.notReady.map(container => say.notReady({ pod: pod.pod, container, lacks: lacks[pod.duty] }, pods.at(pod)))
        : [say.notRunning({ pod: pod.pod, phase: pod.phase, lacks: lacks[pod.duty] }, pods.at(pod))]),
    ]
  },
})

const lacks: Readonly<Record<Duty, string>> = {
  nsp: 'no target, VIP or flow is learned',
  ipam: 'no proxy or target gets an address',
  'nse-vlan': 'no load balancer gets its external interface',
}
