import { defineFact } from '#facts/fact.ts'
import { partOf } from '../roles.ts'
import { listKube, trenchParams } from './kube-list.ts'

export interface PodContainer {
  readonly name: string
  readonly ready: boolean
  readonly restarts: number
  readonly state: 'running' | 'waiting' | 'terminated' | 'unknown'
  /** of a waiting or terminated container, in the API's words (`CrashLoopBackOff`, `OOMKilled`, `Error`) */
  readonly reason?: string
  readonly exitCode?: number
  /** of the last end, where there was one */
  readonly last?: { readonly reason: string; readonly exitCode: number; readonly finishedAt: string }
  readonly image: string
  readonly pointer: string
}

export interface TrenchPod {
  /** `namespace/name` */
  readonly pod: string
  readonly role: 'lb' | 'proxy' | 'tapa'
  readonly node: string
  /** of an LB/FE or a proxy */
  readonly conduit?: string
  /** of Meridio 2, which has no proxies */
  readonly generation?: 2
  readonly phase: string
  /** why a pod that is not Running is not: of its first waiting container (`ImagePullBackOff`), else what the scheduler says */
  readonly reason?: string
  readonly terminating: boolean
  readonly addresses: readonly string[]
  readonly containers: readonly PodContainer[]
  readonly command: string
  readonly pointer: string
}

/** The trench's LB/FE, proxy and target pods as the API server reports them; ephemeral containers are left out. */
export const trenchPods = defineFact({
  id: 'trench-pods',
  version: 1,
  params: trenchParams,
  read: async (run, { namespace, trench, namespaces }): Promise<readonly TrenchPod[]> => {
    const lists = await Promise.all(namespaces.map(name => listKube(run, 'pods', name)))
    return lists.flat().flatMap(({ object, command, pointer }) => {
      const part = partOf(object)
      if (!part || part.namespace !== namespace || (part.trench !== undefined && part.trench !== trench)) return []
      const status = (object['status'] ?? {}) as PodStatus
      const spec = (object['spec'] ?? {}) as { nodeName?: string }
      return [{
        pod: `${object.metadata.namespace}/${object.metadata.name}`,
        role: part.role,
        node: spec.nodeName ?? '',
        ...(part.traits['conduit'] !== undefined && { conduit: part.traits['conduit'] }),
        ...(part.traits['generation'] === '2' && { generation: 2 as const }),
        phase: status.phase ?? 'Unknown',
        ...reasonOf(status),
        terminating: object.metadata['deletionTimestamp'] !== undefined,
        addresses: (status.podIPs ?? []).map(({ ip }) => ip),
        containers: (status.containerStatuses ?? []).map((container, index) => containerOf(container, `${pointer}/status/containerStatuses/${index}`)),
        command,
        pointer,
      }]
    })
  },
})

interface End { readonly reason?: string; readonly exitCode?: number; readonly finishedAt?: string }
interface ContainerStatus {
  readonly name: string
  readonly ready?: boolean
  readonly restartCount?: number
  readonly image?: string
  readonly state?: { readonly running?: object; readonly waiting?: { readonly reason?: string }; readonly terminated?: End }
  readonly lastState?: { readonly terminated?: End }
}
interface PodStatus {
  readonly phase?: string
  readonly reason?: string
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string }[]
  readonly podIPs?: readonly { readonly ip: string }[]
  readonly containerStatuses?: readonly ContainerStatus[]
}

function reasonOf({ phase, reason, conditions = [], containerStatuses = [] }: PodStatus): { readonly reason?: string } {
  if (phase === 'Running') return {}
  const waiting = containerStatuses.find(({ state }) => state?.waiting?.reason !== undefined)?.state?.waiting?.reason
  const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')
  const found = waiting ?? unscheduled?.message ?? unscheduled?.reason ?? reason
  return found === undefined ? {} : { reason: found }
}

function containerOf(status: ContainerStatus, pointer: string): PodContainer {
  const { running, waiting, terminated } = status.state ?? {}
  const reason = waiting?.reason ?? terminated?.reason
  const last = status.lastState?.terminated
  return {
    name: status.name,
    ready: status.ready ?? false,
    restarts: status.restartCount ?? 0,
    state: running ? 'running' : waiting ? 'waiting' : terminated ? 'terminated' : 'unknown',
    ...(reason !== undefined && { reason }),
    ...(terminated?.exitCode !== undefined && { exitCode: terminated.exitCode }),
    ...(last && { last: { reason: last.reason ?? '', exitCode: last.exitCode ?? 0, finishedAt: last.finishedAt ?? '' } }),
    image: status.image ?? '',
    pointer,
  }
}
