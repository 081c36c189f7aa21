import type { ClusterInventory } from '../cluster/inventory.ts'
import type { InjectionRecord } from '../cluster/records.ts'
import { ephemeralStatus, type EphemeralContainer, type Pod, podText } from '../cluster/pod.ts'
import { entryEnvironment, isPlanned } from '../cluster/probe-entry.ts'
import type { Expected } from '../link/sessions.ts'

export interface ExpectedOptions {
  readonly injected: readonly InjectionRecord[]
  readonly inventory: Pick<ClusterInventory, 'list'>
  readonly recognises: (pod: Pod, entry: EphemeralContainer) => boolean
}

/** Probes that may come to a controller that begins: recorded ones, and those that stand in pods and are ours by all they hold. A controller that ended right after its PATCH has recorded nothing. */
export function expectedProbes({ injected, inventory, recognises }: ExpectedOptions): readonly Expected[] {
  const recorded = injected.map(({ pod, podUid, entry }) => expectedOf(pod, podUid, entry))
  const sessions = new Set(recorded.map(({ session }) => session))
  const found = (inventory.list('pods') as readonly Pod[]).flatMap(pod => (pod.spec.ephemeralContainers ?? [])
    .filter(entry => !isPlanned(entry) && !ephemeralStatus(pod, entry.name)?.state?.terminated && recognises(pod, entry))
    .map(entry => expectedOf(podText(pod.metadata), pod.metadata.uid, entry)))
  return [...recorded, ...found.filter(({ session }) => !sessions.has(session))]
}

function expectedOf(pod: string, podUid: string, entry: EphemeralContainer): Expected {
  return { pod, podUid, container: entry.name, session: entryEnvironment(entry)['TRENCHSCOPE_SESSION'] ?? '' }
}
