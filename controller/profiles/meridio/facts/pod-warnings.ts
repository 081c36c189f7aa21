import { commandText, defineFact } from '#facts/fact.ts'
import { partOf } from '../roles.ts'
import { listed, listKube, trenchParams } from './kube-list.ts'

/** What Kubernetes warns of for a pod of the trench that is not ready, or for what makes its pods. */
export interface PodWarning {
  /** `namespace/name` of the pod, or of the ReplicaSet, DaemonSet or StatefulSet that cannot make one */
  readonly pod: string
  readonly kind: string
  /** `FailedScheduling`, `FailedMount`, `FailedCreate`, `Unhealthy`, `BackOff` … */
  readonly reason: string
  readonly message: string
  readonly count: number
  /** when it was told last; empty: the event does not say */
  readonly lastAt: string
  readonly command: string
  readonly pointer: string
}

export interface PodWarnings {
  readonly warnings: readonly PodWarning[]
  /** namespaces with more warnings than were read */
  readonly cut: readonly string[]
  readonly command: string
}

/**
 * Events of type Warning (core/v1; the API server keeps them an hour by default) about pods of the trench that are not ready now, NSP, IPAM and NSE-VLAN among them, the newest
 * of each reason; and of what makes them, where no pod of it is younger than the warning. What a pod that is ready went through is history.
 */
export const podWarnings = defineFact({
  id: 'pod-warnings',
  version: 1,
  params: trenchParams,
  read: async (run, { namespace, trench, namespaces }): Promise<PodWarnings> => {
    const read = await Promise.all(namespaces.map(async name => {
      const pods = (await listKube(run, 'pods', name)).map(({ object }) => object as unknown as Pod).filter(pod => isOurs(pod, namespace, trench))
      const events = await listed(run, ['kubectl', 'get', 'events', '-n', name, '--field-selector', 'type=Warning', '-o', 'json'])
      const warnings = events.items.map(({ object, command, pointer }) => warningOf(object as unknown as Event, name, command, pointer))
      return { name, more: events.more, warnings: newest(warnings.filter(({ uid, ...warning }) => speaksOfNow(warning, uid, pods))) }
    }))
    return {
      warnings: read.flatMap(({ warnings }) => warnings.map(({ uid: _, ...warning }) => warning)),
      cut: read.filter(({ more }) => more).map(({ name }) => name),
      command: commandText(['kubectl', 'get', 'events', '-n', namespaces[0] ?? namespace, '--field-selector', 'type=Warning', '-o', 'json']),
    }
  },
})

interface Pod {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string; readonly creationTimestamp?: string; readonly deletionTimestamp?: string; readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly controller?: boolean }[] }
  readonly spec?: { readonly containers?: readonly { readonly env?: readonly { readonly name: string; readonly value?: string }[] }[] }
  readonly status?: { readonly phase?: string; readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}
interface Event {
  readonly reason?: string
  readonly message?: string
  readonly count?: number
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string }
  readonly lastTimestamp?: string | null
  readonly eventTime?: string | null
  readonly involvedObject?: { readonly kind?: string; readonly name?: string; readonly uid?: string }
}

function isOurs(pod: Pod, namespace: string, trench: string): boolean {
  const part = partOf(pod as never)
  if (part) return part.namespace === namespace && (part.trench === undefined || part.trench === trench)
  const variables = new Map((pod.spec?.containers ?? []).flatMap(({ env = [] }) => env.map(({ name, value }) => [name, value ?? ''] as const)))
  return variables.get('NSP_CONFIG_MAP_NAME') === `meridio-configuration-${trench}` || variables.get('IPAM_TRENCH_NAME') === trench || new RegExp(`^external-vlan\\.[^.\\s]+\\.${trench}\\.${namespace}\\s`).test(variables.get('NSM_SERVICES') ?? '')
}

function warningOf({ reason = '', message = '', count, series, lastTimestamp, eventTime, involvedObject = {} }: Event, namespace: string, command: string, pointer: string): PodWarning & { readonly uid: string } {
  return {
    pod: `${namespace}/${involvedObject.name ?? ''}`, kind: involvedObject.kind ?? '', uid: involvedObject.uid ?? '',
    reason, message: message.replaceAll(/\s+/g, ' ').trim().slice(0, 300), count: series?.count ?? count ?? 1,
    lastAt: series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? '', command, pointer,
  }
}

function speaksOfNow({ kind, pod, lastAt }: PodWarning, uid: string, pods: readonly Pod[]): boolean {
  if (kind === 'Pod') return pods.some(({ metadata, status }) => metadata.uid === uid && metadata.deletionTimestamp === undefined && status?.phase !== 'Succeeded' && !status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True'))
  const made = pods.filter(({ metadata }) => metadata.ownerReferences?.some(owner => owner.controller && owner.kind === kind && `${metadata.namespace}/${owner.name}` === pod))
  return made.length > 0 && made.every(({ metadata }) => (metadata.creationTimestamp ?? '') < lastAt)
}

/** The last of each reason about one object. */
function newest<W extends PodWarning>(warnings: readonly W[]): readonly W[] {
  return [...Map.groupBy(warnings, ({ kind, pod, reason }) => `${kind} ${pod} ${reason}`).values()].flatMap(of => of.toSorted((a, b) => (a.lastAt < b.lastAt ? 1 : -1))[0] ?? [])
}
