import { cluster, defineCheck } from '#judge/check.ts'
import { meshPods } from '../facts/mesh-pods.ts'
import { trenchNodes } from '../facts/trench-nodes.ts'
import { meshTroubles, unrecognised } from '../lib/mesh.ts'

/** Spire gives all parts of a trench their identity: an agent on each of its nodes, and a server. */
export default defineCheck({
  id: 'spire-not-ready',
  subject: 'trench',
  severity: 'risk',
  reads: { mesh: cluster(meshPods), nodes: cluster(trenchNodes) },
  messages: {
    missing: (a: { parts: string; node: string; pods: number }) => `no ${a.parts} is on ${a.node}, where ${a.pods} pods of the trench are`,
    ailing: (a: { part: string; pod: string; ailment: string }) => `${a.part} ${a.pod} ${a.ailment}`,
    none: (a: { parts: string }) => `no ${a.parts} runs`,
  },
  why: 'Identities end within an hour. Then nothing of the trench on these nodes speaks with NSP, IPAM or NSM any more, while what stands in the data plane goes on for a while.',
  fix: 'Look at the pod and its log. Agents that lost the server for too long must be attested anew: restart them.',
  source: 'Spire (images, labels of its manifests and chart); catalogue N02',
  unseen: ({ mesh }) => unrecognised(mesh.data, ['spire-agent', 'spire-server']),
  judge: ({ mesh, nodes }, say) => meshTroubles(mesh.data, nodes.data, { everyNode: ['spire-agent'], once: ['spire-server'] }).map(trouble => {
    if (trouble.what === 'missing') return say.missing({ parts: trouble.parts, node: trouble.node.name, pods: trouble.node.pods }, mesh.at(), nodes.at(trouble.node))
    return trouble.what === 'none' ? say.none({ parts: trouble.parts }, mesh.at()) : say.ailing({ part: trouble.part, pod: trouble.pod.pod, ailment: trouble.ailment }, mesh.at(trouble.pod))
  }),
})
