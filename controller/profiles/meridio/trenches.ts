import type { Inventory, KubeObject } from '#judge/profile.ts'
import { type Subject, subjectKey, type Trench } from '#judge/subject.ts'
import { partOf, type Part } from './roles.ts'

/**
 * Trenches by (namespace, name): from Trench resources, and from what LB/FE and proxy pods say (a Helm deployment has no resources).
 * A target pod names only the namespace of its trenches; where that holds several it is a member of each until the first wave tells (`strangers`).
 */
export function meridioTrenches(inventory: Inventory): readonly Trench[] {
  const parts = inventory.list('pods').flatMap(pod => {
    const part = partOf(pod)
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
      .map(({ pod, part }) => subjectOf(pod, part))
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

function subjectOf(pod: KubeObject, part: Part): Subject {
  const spec = pod['spec'] as { nodeName?: string } | undefined
  return { role: part.role, namespace: pod.metadata.namespace ?? '', name: pod.metadata.name, uid: pod.metadata.uid, node: spec?.nodeName ?? '', traits: part.traits }
}

function byName(a: { namespace: string; name: string }, b: { namespace: string; name: string }): number {
  return `${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1
}
