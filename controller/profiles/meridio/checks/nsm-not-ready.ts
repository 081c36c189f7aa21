import { cluster, defineCheck } from '#judge/check.ts'
import { meshPods } from '../facts/mesh-pods.ts'
import { trenchNodes } from '../facts/trench-nodes.ts'
import { meshTroubles, unrecognised } from '../lib/mesh.ts'

/** Network Service Mesh makes the trench's interfaces: an nsmgr and a forwarder on each of its nodes, and a registry. */
export default defineCheck({
  id: 'nsm-not-ready',
  subject: 'trench',
  severity: 'risk',
  reads: { mesh: cluster(meshPods), nodes: cluster(trenchNodes) },
  messages: {
    missing: (a: { parts: string; node: string; pods: number }) => `no ${a.parts} of NSM is on ${a.node}, where ${a.pods} pods of the trench are`,
    ailing: (a: { part: string; pod: string; ailment: string }) => `${a.part} ${a.pod} ${a.ailment}`,
    none: (a: { parts: string }) => `no ${a.parts} of NSM runs`,
  },
  why: 'Interfaces that stand go on for their lifetime, ten minutes by default. Without nsmgr or forwarder no pod of that node gets or renews one; without the registry none in the cluster finds the other end.',
  fix: 'Look at the pod and its log; a forwarder that was restarted may leave rules to empty tables in pods (NSM deployments-k8s #9463): restart those pods.',
  source: 'NSM deployments-k8s (labels, images); catalogue N01',
  unseen: ({ mesh }) => unrecognised(mesh.data, ['nsmgr', 'forwarder', 'registry']),
  judge: ({ mesh, nodes }, say) => meshTroubles(mesh.data, nodes.data, { everyNode: ['nsmgr', 'forwarder'], once: ['registry'] }).map(trouble => {
    if (trouble.what === 'missing') return say.missing({ parts: trouble.parts, node: trouble.node.name, pods: trouble.node.pods }, mesh.at(), nodes.at(trouble.node))
    return trouble.what === 'none' ? say.none({ parts: trouble.parts }, mesh.at()) : say.ailing({ part: trouble.part, pod: trouble.pod.pod, ailment: trouble.ailment }, mesh.at(trouble.pod))
  }),
})
