import type { ClusterInventory } from '../cluster/inventory.ts'
import type { ProbeRegistry } from '../link/registry.ts'

export interface GonePodsOptions {
  readonly inventory: Pick<ClusterInventory, 'isGone' | 'onChange'>
  readonly registry: Pick<ProbeRegistry, 'expected' | 'forget'>
}

/** Forgets the sessions of pods that are no more: of those that went while no controller ran, and from now on. What cannot be listed now is not gone. @returns stops it */
export function forgetGonePods({ inventory, registry }: GonePodsOptions): () => void {
  const look = (uid?: string): void => {
    for (const { session, pod, podUid } of registry.expected()) if ((uid === undefined || uid === podUid) && inventory.isGone(pod, podUid)) void registry.forget(session, 'its pod is gone')
  }
  look()
  return inventory.onChange('pods', ({ type, object }) => type === 'deleted' && look(object.metadata.uid))
}
