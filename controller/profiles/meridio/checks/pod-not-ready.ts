import { cluster, defineCheck } from '#judge/check.ts'
import { trenchPods } from '../facts/trench-pods.ts'

/** All pods of the trench run, and all their containers are ready. */
export default defineCheck({
  id: 'pod-not-ready',
  subject: 'trench',
  severity: 'loss',
  reads: { pods: cluster(trenchPods) },
  messages: {
    notRunning: (a: { pod: string; phase: string; reason: string }) => `${a.pod} is ${a.phase}${a.reason}`,
    notReady: (a: { pod: string; container: string; state: string; last: string }) => `${a.pod}: container ${a.container} is not ready (${a.state})${a.last}`,
    none: (a: { roles: string }) => `the trench has no ${a.roles} pod`,
  },
  why: 'An LB/FE that is not ready has no external connectivity or no configuration and is left out by proxies; a proxy or target that is not ready carries no traffic.',
  fix: 'frontend and stateless-lb not ready, nsc ready: look at the gateways. stateless-lb alone: streams, flows, NSP. A waiting reason names itself (image, crash loop).',
  source: 'Meridio troubleshooting guide, Pods; catalogue K01',
  explains: ['container-restarted'],
  judge: ({ pods }, say) => {
    const missing = ([['lb', 'LB/FE'], ['proxy', 'proxy']] as const).filter(([role]) => !pods.data.some(pod => pod.role === role || pod.generation === 2)).map(([, name]) => name)
    const present = pods.data.filter(pod => !pod.terminating && pod.phase !== 'Succeeded').flatMap(pod => {
      if (pod.phase !== 'Running') return [say.notRunning({ pod: pod.pod, phase: pod.phase, reason: pod.reason === undefined ? '' : ` (${pod.reason})` }, pods.at(pod))]
      return pod.containers.filter(container => !container.ready).map(container => say.notReady({
        pod: pod.pod,
        container: container.name,
        state: container.reason === undefined ? container.state : `${container.state}: ${container.reason}${container.exitCode === undefined ? '' : ` ${container.exitCode}`}`,
        last: container.last ? `, it last ended with ${container.last.exitCode} ${container.last.reason}` : '',
      }, pods.at({ command: pod.command, pointer: container.pointer })))
    })
    return [...(missing.length > 0 ? [say.none({ roles: missing.join(' and no ') }, pods.at())] : []), ...present]
  },
})
