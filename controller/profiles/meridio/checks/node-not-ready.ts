import { cluster, defineCheck } from '#judge/check.ts'
import { trenchNodes } from '../facts/trench-nodes.ts'

/** Nodes with pods of the trench are ready, and not short of what these need. */
export default defineCheck({
  id: 'node-not-ready',
  subject: 'trench',
  severity: 'risk',
  reads: { nodes: cluster(trenchNodes) },
  messages: {
    missing: (a: { node: string; pods: number }) => `${a.pods} pods of the trench are on ${a.node}, a node that is no longer there`,
    troubled: (a: { node: string; trouble: string; pods: number }) => `${a.node}, with ${a.pods} pods of the trench, is ${a.trouble}`,
  },
  why: 'Packets of pods that run may go on for a while. What ends there is not started again, and a node short of memory or disk ends pods.',
  fix: 'Look at the node and its kubelet. A node that does not come back must be removed, so that its pods are made elsewhere.',
  source: 'Kubernetes node conditions; catalogue N08',
  judge: ({ nodes }, say) => nodes.data.flatMap(node => node.missing
    ? [say.missing({ node: node.name, pods: node.pods }, nodes.at(node))]
    : node.troubles.length === 0 ? [] : [say.troubled({ node: node.name, trouble: node.troubles.join(', '), pods: node.pods }, nodes.at(node))]),
})
