/** Kubernetes objects as the double stores them: plain JSON, frozen once stored. */
export interface ObjectMeta {
  name: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  [field: string]: unknown
}

export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  [field: string]: unknown
}

export interface Container {
  name: string
  image?: string
  env?: { name: string; value?: string; valueFrom?: { fieldRef?: { fieldPath: string } } }[]
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean; subPath?: string; subPathExpr?: string }[]
  securityContext?: SecurityContext
  imagePullPolicy?: string
  targetContainerName?: string
  [field: string]: unknown
}

export interface SecurityContext {
  privileged?: boolean
  runAsUser?: number
  runAsNonRoot?: boolean
  allowPrivilegeEscalation?: boolean
  capabilities?: { add?: string[]; drop?: string[] }
  seccompProfile?: { type: string }
  [field: string]: unknown
}

export interface PodSpec {
  nodeName?: string
  containers: Container[]
  initContainers?: Container[]
  ephemeralContainers?: Container[]
  volumes?: { name: string; hostPath?: unknown; [source: string]: unknown }[]
  securityContext?: SecurityContext
  restartPolicy?: string
  terminationGracePeriodSeconds?: number
  [field: string]: unknown
}

export interface ContainerState {
  waiting?: { reason?: string; message?: string }
  running?: { startedAt?: string }
  terminated?: { exitCode: number; reason?: string; message?: string; signal?: number; startedAt?: string; finishedAt?: string; containerID?: string }
}

export interface ContainerStatus {
  name: string
  state: ContainerState
  lastState: ContainerState
  ready: boolean
  restartCount: number
  image: string
  imageID: string
  containerID?: string
  started?: boolean
  [field: string]: unknown
}

export interface PodStatus {
  phase?: string
  podIP?: string
  conditions?: { type: string; status: string; [field: string]: unknown }[]
  containerStatuses?: ContainerStatus[]
  initContainerStatuses?: ContainerStatus[]
  ephemeralContainerStatuses?: ContainerStatus[]
  [field: string]: unknown
}

export interface Pod extends KubeObject {
  spec: PodSpec
  status: PodStatus
}

/** True when both are the same JSON: key order does not matter, an undefined field counts as absent. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left) !== Array.isArray(right)) return false
  const a = left as Record<string, unknown>
  const b = right as Record<string, unknown>
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every(key => sameJson(a[key], b[key]))
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Deep-freezes JSON in place, so that a stored object can be handed to every watcher without a copy. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(frozen)
  }
  return value
}
