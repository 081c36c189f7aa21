import type { Inventory, KubeObject } from '#judge/profile.ts'
import { type Subject, subjectKey, type Trench } from '#judge/subject.ts'
import { partOf, type Part } from './roles.ts'

/**
 * Trenches by (namespace, name): from Trench resources, and from what LB/FE and proxy pods say (a Helm deployment has no resources).
 * A target pod names only the namespace of its trenches; where that holds several it is a member of each until the first wave tells (`strangers`),
 * and carries their names (trait `trenches`). A pod that has ended has no network and is no member.
 */
export function meridioTrenches(inventory: Inventory): readonly Trench[] {
  const parts = inventory.list('pods').flatMap(pod => {
    const part = ended(pod) ? undefined : partOf(pod)
    return part ? [{ pod, part }] : []
  })
  const named = [
    ...inventory.list('trenches').map(({ metadata }) => ({ namespace: metadata.namespace ?? '', name: metadata.name })),
    ...parts.flatMap(({ part }) => (part.trench ? [{ namespace: part.namespace, name: part.trench }] : [])),
  ]
  const distinct = [...new Map(named.map(trench => [`${trench.namespace}/${trench.name}`, trench])).values()]
  return distinct.sort(byName).map(({ namespace, name }) => {
    const pods = parts
      .filter(({ part }) => part.namespace === namespace && (part.trench === undefined || part.trench === name))
      .map(({ pod, part }) => subjectOf(pod, part, part.trench === undefined ? distinct.filter(other => other.namespace === namespace).map(other => other.name) : [name]))
      .sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role) || (subjectKey(a) < subjectKey(b) ? -1 : 1))
    return {
      id: `${inventory.cluster.uid}/${namespace}/${name}`,
      cluster: inventory.cluster,
      namespace,
      name,
      pods,
      namespaces: [...new Set([namespace, ...pods.map(pod => pod.namespace)])],
    }
  })
}

const order = ['lb', 'proxy', 'tapa'] as readonly string[]

function subjectOf(pod: KubeObject, part: Part, candidates: readonly string[]): Subject {
  const spec = pod['spec'] as { nodeName?: string } | undefined
  const traits = { ...part.traits, ...(candidates.length > 1 && { trenches: [...candidates].sort().join(',') }) }
  return { role: part.role, namespace: pod.metadata.namespace ?? '', name: pod.metadata.name, uid: pod.metadata.uid, node: spec?.nodeName ?? '', traits }
}

function ended(pod: KubeObject): boolean {
  const { phase } = (pod['status'] ?? {}) as { phase?: string }
  return phase === 'Succeeded' || phase === 'Failed'
}

function byName(a: { namespace: string; name: string }, b: { namespace: string; name: string }): number {
  return `${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1
}
