import type { KubeObject } from '#judge/profile.ts'

/** A pod as the inventory keeps it (Kubernetes core/v1, the fields we read; `projectPod` makes it). */
export interface Pod extends KubeObject {
  readonly metadata: KubeObject['metadata'] & {
    readonly namespace: string
    readonly annotations?: Readonly<Record<string, string>>
    readonly creationTimestamp?: string
    readonly deletionTimestamp?: string
  }
  readonly spec: PodSpec
  readonly status: PodStatus
}

export interface PodSpec {
  readonly nodeName?: string
  readonly os?: { readonly name?: string }
  readonly hostNetwork?: boolean
  readonly shareProcessNamespace?: boolean
  readonly securityContext?: object
  readonly containers: readonly Container[]
  readonly initContainers?: readonly { readonly name: string }[]
  readonly ephemeralContainers?: readonly EphemeralContainer[]
  readonly volumes?: readonly Volume[]
}

export interface Container {
  readonly name: string
  readonly image?: string
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
  readonly volumeMounts?: readonly VolumeMount[]
  readonly resources?: { readonly limits?: Readonly<Record<string, string | number>> }
}

export interface VolumeMount {
  readonly name: string
  readonly mountPath: string
  readonly readOnly?: boolean
  readonly subPath?: string
  readonly subPathExpr?: string
}

/** Kept whole: an entry is adopted only if every field is what we know. */
export interface EphemeralContainer {
  readonly name: string
  readonly image?: string
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
  readonly [field: string]: unknown
}

/** `kind` is the name of the volume's source: `emptyDir`, `hostPath`, `configMap` … */
export interface Volume {
  readonly name: string
  readonly kind: string
}

export interface PodStatus {
  readonly phase?: string
  readonly podIPs?: readonly { readonly ip: string }[]
  readonly conditions?: readonly { readonly type: string; readonly status: string }[]
  readonly containerStatuses?: readonly ContainerStatus[]
  readonly ephemeralContainerStatuses?: readonly ContainerStatus[]
}

export interface ContainerStatus {
  readonly name: string
  readonly containerID?: string
  readonly state?: {
    readonly running?: { readonly startedAt?: string }
    readonly waiting?: { readonly reason?: string; readonly message?: string }
    readonly terminated?: { readonly exitCode?: number; readonly reason?: string; readonly message?: string }
  }
}

/** Which pod is meant; a `Subject` is one. */
export interface PodRef {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

export function podText({ namespace, name }: Pick<PodRef, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`
}

export function ephemeralStatus(pod: Pod, container: string): ContainerStatus | undefined {
  return pod.status.ephemeralContainerStatuses?.find(({ name }) => name === container)
}
