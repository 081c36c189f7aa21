import { cluster, defineCheck } from '#judge/check.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { trenchPods } from '../facts/trench-pods.ts'

/** A conduit should have two load balancers at least, on different nodes. */
export default defineCheck({
  id: 'lb-not-redundant',
  subject: 'trench',
  severity: 'note',
  reads: { pods: cluster(trenchPods), config: cluster(trenchConfig) },
  messages: {
    single: (a: { conduit: string; replicas: string }) => `conduit ${a.conduit} has a single load balancer${a.replicas}`,
    oneNode: (a: { conduit: string; node: string; count: number }) => `all ${a.count} load balancers of conduit ${a.conduit} are on ${a.node}`,
  },
  why: 'When this pod or node goes, the conduit carries no traffic until another one is up.',
  fix: 'Raise the Attractor\'s replicas, at most to the number of nodes that may take one: two of one attractor never share a node.',
  source: 'Meridio v1.2.8 templates (anti-affinity); catalogue K04',
  unless: ({ pods }) => (pods.data.some(({ role }) => role === 'lb') ? undefined : 'the trench has no load balancer'),
  judge: ({ pods, config }, say) => [...Map.groupBy(pods.data.filter(pod => pod.role === 'lb' && !pod.terminating), pod => pod.conduit ?? 'of an unknown name')].flatMap(([conduit, lbs]) => {
    const attractor = config.data.attractors.find(({ conduits }) => conduits.includes(conduit))
    const replicas = attractor?.replicas
    const proof = lbs.map(pod => pods.at(pod))
    if (lbs.length === 1) return [say.single({ conduit, replicas: replicas === undefined || replicas === 1 ? '' : `, its attractor wants ${replicas}` }, ...proof, ...(attractor ? [config.at(attractor)] : []))]
    const nodes = new Set(lbs.map(({ node }) => node))
    const [node = ''] = nodes
    return nodes.size === 1 && node !== '' ? [say.oneNode({ conduit, node, count: lbs.length }, ...proof)] : []
  }),
})
