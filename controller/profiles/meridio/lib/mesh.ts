import type { MeshPart, MeshPod } from '../facts/mesh-pods.ts'
import { ailmentOf } from '../facts/pod-health.ts'
import type { TrenchNode } from '../facts/trench-nodes.ts'

/** What is wrong with NSM or Spire, as far as the trench's nodes need them. */
export type MeshTrouble =
  | { readonly what: 'missing'; readonly parts: string; readonly node: TrenchNode }
  | { readonly what: 'none'; readonly parts: string }
  | { readonly what: 'ailing'; readonly part: MeshPart; readonly pod: MeshPod; readonly ailment: string }

/**
 * Parts that each node of the trench needs one of, and parts of which one that works is enough. A part of which nothing is recognised is not missing: see `unrecognised`.
 * Of several pods on a node one that works is enough.
 */
export function meshTroubles(mesh: readonly MeshPod[], nodes: readonly TrenchNode[], { everyNode, once }: { readonly everyNode: readonly MeshPart[]; readonly once: readonly MeshPart[] }): readonly MeshTrouble[] {
  const of = (part: MeshPart) => mesh.filter(pod => pod.part === part)
  const alive = (pods: readonly MeshPod[]) => pods.filter(({ terminating, phase }) => !terminating && phase !== 'Succeeded')
  const ailing = (part: MeshPart, pods: readonly MeshPod[]): readonly MeshTrouble[] => {
    if (pods.some(pod => ailmentOf(pod) === undefined)) return []
    return pods.map(pod => ({ what: 'ailing', part, pod, ailment: ailmentOf(pod) ?? '' }))
  }
  const known = (parts: readonly MeshPart[]) => parts.filter(part => of(part).length > 0)
  const onNodes = nodes.filter(({ missing }) => !missing).flatMap((node): readonly MeshTrouble[] => {
    const here = known(everyNode).map(part => ({ part, pods: alive(of(part)).filter(pod => pod.node === node.name) }))
    const missing = here.filter(({ pods }) => pods.length === 0).map(({ part }) => part)
    return [...(missing.length > 0 ? [{ what: 'missing' as const, parts: missing.join(' and no '), node }] : []), ...here.flatMap(({ part, pods }) => ailing(part, pods))]
  })
  const gone = known(once).filter(part => alive(of(part)).length === 0)
  return [...onNodes, ...(gone.length > 0 ? [{ what: 'none' as const, parts: gone.join(' and no ') }] : []), ...known(once).flatMap(part => ailing(part, alive(of(part))))]
}

/** Parts of which the cluster has no pod that we know by its label and image: they may run under other names. */
export function unrecognised(mesh: readonly MeshPod[], parts: readonly MeshPart[]): readonly string[] {
  return parts.filter(part => !mesh.some(pod => pod.part === part)).map(part => `no pod of the cluster is recognised as ${part} by label and image`)
}
