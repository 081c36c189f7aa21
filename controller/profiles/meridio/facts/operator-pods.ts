import { defineFact } from '#facts/fact.ts'
import { listKube, trenchParams } from './kube-list.ts'
import { type PodHealth, podHealth } from './pod-health.ts'

/** The operator's pods: it works in the namespace of its trenches only (WATCH_NAMESPACE), and is known by label `control-plane` (Meridio v1.2.8 config/manager, meridio.md §1.1). */
export const operatorPods = defineFact({
  id: 'operator-pods',
  version: 1,
  params: trenchParams,
  read: async (run, { namespace }): Promise<readonly PodHealth[]> => (await listKube(run, 'pods', namespace)).filter(({ object }) => object.metadata.labels?.['control-plane'] === 'meridio-operator').map(podHealth),
})
