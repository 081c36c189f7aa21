import { cluster, defineCheck } from '#judge/check.ts'
import { type TrenchPod, trenchPods } from '../facts/trench-pods.ts'
import { type Cell, matrixReads, reachMatrix } from '../lib/reach-matrix.ts'

/** Load balancers of one node reach targets of another: through the tunnel between the two. */
export default defineCheck({
  id: 'nodes-cut-off',
  subject: 'trench',
  severity: 'loss',
  reads: { ...matrixReads, pods: cluster(trenchPods) },
  messages: {
    cut: (a: { node: string; one: string; other: string; cells: number }) => `between ${a.one} and ${a.other} nothing of the conduit passes in either direction (${a.cells} pings of load balancers to targets), while within each of them targets answer`,
  },
  why: 'What a load balancer of one node gives to targets of the other is lost, and so are replies that go back by a load balancer there: with two nodes about half of each.',
  fix: 'UDP 4789 between the addresses of the two nodes: firewall, network policy, MTU of the underlay. Then the NSM forwarders of both (vppctl show vxlan tunnel), which make the tunnels.',
  source: 'Meridio v1.2.8 data plane (VXLAN between nodes); catalogue X04, N06',
  explains: ['target-unreachable', 'target-neighbour-failed', 'proxy-nexthop-unreachable'],
  unless: ({ pods }) => ([...nodesWith(pods.data, 'lb')].filter(node => nodesWith(pods.data, 'tapa').has(node)).length > 1 ? undefined : 'no two nodes have both a load balancer and a target'),
  judge: (sight, say) => {
    const cells = reachMatrix(sight)
    return pairs(cells).flatMap(([one, other]) => {
      const across = [...cells.filter(from(one, other)), ...cells.filter(from(other, one))]
      const within = [one, other].every(node => cells.some(cell => from(node, node)(cell) && cell.answered))
      return within && across.every(({ answered }) => !answered) ? [say.cut({ node: `${one} ${other}`, one, other, cells: across.length }, ...across.map(({ evidence }) => evidence))] : []
    })
  },
})

const nodesWith = (pods: readonly TrenchPod[], role: TrenchPod['role']): Set<string> => new Set(pods.filter(pod => pod.role === role && pod.phase === 'Running').map(({ node }) => node))

const from = (lbNode: string, targetNode: string) => ({ lb, target }: Cell): boolean => lb.node === lbNode && target.node === targetNode

/** Pairs of nodes with pings in all four ways, in the order of their names. */
function pairs(cells: readonly Cell[]): readonly (readonly [string, string])[] {
  const nodes = [...new Set(cells.flatMap(({ lb, target }) => [lb.node, target.node]))].sort()
  return nodes.flatMap((one, index) => nodes.slice(index + 1).flatMap((other): readonly (readonly [string, string])[] =>
    [[one, one], [one, other], [other, one], [other, other]].every(([a = '', b = '']) => cells.some(from(a, b))) ? [[one, other]] : []))
}
