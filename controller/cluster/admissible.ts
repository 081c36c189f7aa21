import { InjectError } from './inject-error.ts'
import type { ClusterInventory } from './inventory.ts'
import { type Pod, type PodRef, podText } from './pod.ts'

export const allowLabel = 'trenchscope.io/allow'

/** A probe takes about 60 MB of the pod's memory; with less than this for the whole pod the kernel may pick the patient. */
export const leastMemoryBytes = 150 * 2 ** 20

/** The pod, if a probe may enter it as far as the inventory can tell. @throws {InjectError} */
export function admissible(inventory: ClusterInventory, ref: PodRef): Pod {
  const { namespace, name, uid } = ref
  const refuse = (code: ConstructorParameters<typeof InjectError>[0], words: string): InjectError => new InjectError(code, podText(ref), words)
  const pod = inventory.pod(namespace, name)
  if (!pod) throw refuse('pod-unknown', inventory.problem('pods', namespace)?.message ?? 'there is no such pod')
  if (pod.metadata.uid !== uid) throw refuse('pod-replaced', `its UID is ${pod.metadata.uid}, not ${uid}`)
  if (pod.metadata.deletionTimestamp !== undefined) throw refuse('terminating', `it is terminating since ${pod.metadata.deletionTimestamp}`)
  if (pod.status.phase !== 'Running') throw refuse('not-running', `its phase is ${pod.status.phase ?? 'Unknown'}`)
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) throw refuse('mirror-pod', 'it is a static pod')
  const node = inventory.get('nodes', undefined, pod.spec.nodeName ?? '')
  if (pod.spec.os?.name === 'windows' || node?.metadata.labels?.['kubernetes.io/os'] === 'windows') throw refuse('windows', 'it runs Windows')
  const labels = inventory.get('namespaces', undefined, namespace)?.metadata.labels
  if (labels?.[allowLabel] !== 'true') {
    throw refuse('not-allowed', labels ? `namespace ${namespace} does not carry the label ${allowLabel}=true` : (inventory.problem('namespaces')?.message ?? `namespace ${namespace} is not known`))
  }
  const ready = readiness(node)
  if (ready !== undefined) throw refuse('node-not-ready', `node ${pod.spec.nodeName} ${ready}`)
  const limit = memoryLimit(pod)
  if (limit !== undefined && limit < leastMemoryBytes) throw refuse('memory-thin', `its containers may use ${Math.floor(limit / 2 ** 20)} MiB together, a probe wants the pod to have ${leastMemoryBytes / 2 ** 20} MiB`)
  return pod
}

/** Bytes the pod may use, where every container has a limit (only then the pod's cgroup has one); what it uses now is not known here. */
export function memoryLimit({ spec }: Pod): number | undefined {
  const limits = spec.containers.map(({ resources }) => resources?.limits?.['memory'])
  return limits.every(limit => limit !== undefined) ? limits.reduce<number>((sum, limit) => sum + quantity(limit), 0) : undefined
}

const suffixes: Readonly<Record<string, number>> = { '': 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 }

/** A Kubernetes quantity (`150Mi`, `1e9`, `0.5G`) as a number; what cannot be read is no limit. */
function quantity(text: string | number): number {
  const [, digits = '', suffix = ''] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(String(text)) ?? []
  const factor = suffixes[suffix]
  return digits === '' || factor === undefined ? Number.POSITIVE_INFINITY : Number(digits) * factor
}

/** Why the node is not ready, or undefined. A node that may not be read counts as ready: the wait for the container is bounded anyway. */
function readiness(node: ReturnType<ClusterInventory['get']>): string | undefined {
  const { conditions = [] } = (node?.['status'] ?? {}) as { conditions?: readonly { type: string; status: string; reason?: string; message?: string }[] }
  const ready = conditions.find(({ type }) => type === 'Ready')
  return !ready || ready.status === 'True' ? undefined : `is not ready: ${[ready.reason, ready.message].filter(Boolean).join(', ') || ready.status}`
}
