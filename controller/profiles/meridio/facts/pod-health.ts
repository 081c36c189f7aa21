import type { Listed } from './kube-list.ts'

/** Whether a pod beside the data plane does its work, as far as the API server knows. */
export interface PodHealth {
  /** `namespace/name` */
  readonly pod: string
  readonly node: string
  readonly phase: string
  readonly terminating: boolean
  /** names of containers that are not ready, with the reason where one waits */
  readonly notReady: readonly string[]
  readonly command: string
  readonly pointer: string
}

interface Status { readonly phase?: string; readonly containerStatuses?: readonly { readonly name: string; readonly ready?: boolean; readonly state?: { readonly waiting?: { readonly reason?: string } } }[] }

export function podHealth({ object, command, pointer }: Listed): PodHealth {
  const { phase = 'Unknown', containerStatuses = [] } = (object['status'] ?? {}) as Status
  return {
    pod: `${object.metadata.namespace}/${object.metadata.name}`,
    node: (object['spec'] as { nodeName?: string } | undefined)?.nodeName ?? '',
    phase,
    terminating: object.metadata['deletionTimestamp'] !== undefined,
    notReady: containerStatuses.filter(({ ready }) => ready !== true).map(({ name, state }) => (state?.waiting?.reason === undefined ? name : `${name} (${state.waiting.reason})`)),
    command,
    pointer,
  }
}

/** What keeps a pod from its work: `is Pending`, `containers nsmgr (CrashLoopBackOff) not ready`; undefined where nothing does. One on its way out is judged by what takes its place. */
export function ailmentOf({ phase, terminating, notReady }: PodHealth): string | undefined {
  if (terminating || phase === 'Succeeded') return undefined
  if (phase !== 'Running') return `is ${phase}`
  return notReady.length === 0 ? undefined : `has containers that are not ready: ${notReady.join(', ')}`
}
