import { cluster, defineCheck } from '#judge/check.ts'
import { trenchPods } from '../facts/trench-pods.ts'
import { noProxyNear } from '../lib/near.ts'
import { noStream, streamLinks, targetReads } from '../lib/target.ts'

/** A target is connected through the proxy of its own node. */
export default defineCheck({
  id: 'proxy-missing',
  subject: 'tapa',
  severity: 'loss',
  reads: { ...targetReads, pods: cluster(trenchPods) },
  messages: {
    none: (a: { node: string; interfaces: string }) => `no proxy of the trench is on ${a.node}, where this target has ${a.interfaces}`,
  },
  why: 'Load balancers may go on choosing this target, but nothing connects it with them.',
  fix: 'Look why the proxy\'s DaemonSet has no pod there: taints, node selector, image pull, eviction.',
  source: 'catalogue K03',
  explains: ['bridge-unreachable', 'target-interface-no-carrier', 'target-unreachable', 'target-neighbour-failed', 'target-not-active'],
  unless: noStream,
  judge: (sight, say, subject) => (noProxyNear(sight.pods.data, subject) === undefined ? [] : [say.none({ node: subject.node, interfaces: streamLinks(sight).map(({ name }) => name).join(', ') }, sight.pods.at(), ...streamLinks(sight).map(link => sight.links.at(link)))]),
})
