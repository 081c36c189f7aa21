import { namePattern } from '../cluster/adopt.ts'
import type { ClusterInventory } from '../cluster/inventory.ts'
import { isPlanned } from '../cluster/probe-entry.ts'
import { ephemeralStatus, type EphemeralContainer, type Pod, podText } from '../cluster/pod.ts'
import type { ProbeRegistry } from '../link/registry.ts'

/**
 * A probe that has not ended. `connected` serves; `waiting` has not started; `silent` runs and is ours, but has no session with us;
 * `planned` answers one ask through its log, because the pod does not connect; `foreign` carries our kind of name, but nothing we put there:
 * somebody else's, or a controller's that is gone with its records.
 */
export interface ProbeInPod {
  /** `namespace/name` */
  readonly pod: string
  readonly container: string
  readonly image: string
  /** empty: it has not said */
  readonly version: string
  readonly state: 'connected' | 'silent' | 'planned' | 'waiting' | 'foreign'
  /** why it waits, in the kubelet's words */
  readonly reason?: string
  /** Unix ms */
  readonly startedAt?: number
  /** ephemeral containers the pod has had, dead ones too, of the 20 it may have */
  readonly entries: number
  readonly rssBytes: number
  readonly cpuMs: number
}

export interface ProbeInventoryOptions {
  readonly inventory: Pick<ClusterInventory, 'list'>
  readonly registry: Pick<ProbeRegistry, 'probe'>
  readonly recognises: (pod: Pod, entry: EphemeralContainer) => boolean
}

/** Every probe there is, in all pods that are watched: what we are connected to, and what runs beside us. */
export function probeInventory(options: ProbeInventoryOptions): readonly ProbeInPod[] {
  return (options.inventory.list('pods') as readonly Pod[]).flatMap(pod => (pod.spec.ephemeralContainers ?? []).flatMap(entry => probeOf(pod, entry, options) ?? []))
}

function probeOf(pod: Pod, entry: EphemeralContainer, { registry, recognises }: ProbeInventoryOptions): ProbeInPod | undefined {
  const { running, waiting, terminated } = ephemeralStatus(pod, entry.name)?.state ?? {}
  const over = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed'
  if (!namePattern.test(entry.name) || terminated || over) return undefined
  const link = registry.probe(pod.metadata.uid, entry.name)
  const startedAt = Date.parse(running?.startedAt ?? '')
  const reason = [waiting?.reason, waiting?.message].filter(Boolean).join(': ')
  return {
    pod: podText(pod.metadata), container: entry.name, image: entry.image ?? '', version: link?.version ?? '',
    state: link ? 'connected' : !recognises(pod, entry) ? 'foreign' : isPlanned(entry) ? 'planned' : running ? 'silent' : 'waiting',
    ...(reason && { reason }), ...(!Number.isNaN(startedAt) && { startedAt }),
    entries: pod.spec.ephemeralContainers?.length ?? 0, rssBytes: link?.cost.rssBytes ?? 0, cpuMs: link?.cost.cpuMs ?? 0,
  }
}
