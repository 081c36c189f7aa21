import type { ClientConfig } from '../apiserver/kubeconfig.ts'
import type { NodeHook } from '../apiserver/logs.ts'
import type { Pod } from '../apiserver/objects.ts'
import type { LogLimits } from './cri-log.ts'
import type { Image, PullBackoff } from './images.ts'
import type { ContainerReport } from './regular.ts'
import type { RuntimeContainer } from './runtime.ts'
import type { Sandbox } from './spawn.ts'
import type { Latencies } from './worker.ts'

export interface KubeletOptions {
  /** `apiserver.nodeClient(name)` */
  apiserver: ClientConfig
  node: { name: string; internalIP?: string; labels?: Record<string, string> }
  sandboxOf: (pod: Pod) => Sandbox
  images: Readonly<Record<string, Image>>
  /** default: no waits, retries every 100 ms; `measuredLatencies` are those of a real kubelet */
  latencies?: Partial<Latencies>
  pullBackoff?: PullBackoff
  logLimits?: LogLimits
  /** directory for logs and mount points; default: a fresh one below the temporary directory. Removed by `close` only when it was made here. */
  stateDir?: string
  /** added to this machine's clock in statuses and logs */
  clockSkewMs?: number
  /** absent: ended regular containers stay so until the lab reports otherwise */
  restartContainer?: (pod: Pod, name: string) => Promise<number | undefined> | number | undefined
  /** called once when a pod is deleted; its regular containers should end before the grace period does */
  stopPod?: (pod: Pod) => Promise<void> | void
}

/** A kubelet's waits as measured with 1.36.2: ContainerCreating after 30 ms, running after 150 ms. */
export const measuredLatencies: Latencies = { noticeMs: 30, startMs: 120, relistMs: 900, crashBackoffMs: 10_000, retryMs: 1000 }

/** Pods are named `namespace/name`. */
export interface Kubelet extends NodeHook {
  readonly node: string
  /** statuses the API server refused; a frozen pod status makes it grow */
  readonly rejectedStatuses: number
  /** the ephemeral containers the runtime knows, dead ones too */
  containers(pod?: string): readonly RuntimeContainer[]
  /** The lab's word on a regular container; kept for a pod this node has not seen yet. @throws {Error} when the pod has no such container */
  reportContainer(pod: string, container: string, report: ContainerReport): void
  /** Kills an ephemeral container; default SIGKILL. @throws {Error} when it is not known */
  killContainer(pod: string, container: string, signal?: NodeJS.Signals): Promise<void>
  setImage(name: string, image: Image): void
  /** A new kubelet process: running containers go on, waits and back-offs start anew. */
  restart(): Promise<void>
  /** Everything that runs ends; regular containers come back. `wipe`: the runtime forgets its containers too, as CRI-O does. */
  reboot(options?: { wipe?: boolean }): Promise<void>
  /** Dead containers vanish from the runtime, and the kubelet starts them again. */
  forgetDeadContainers(pod?: string): void
  /** Ready=False, no status, no logs; what runs goes on running. */
  nodeDown(): Promise<void>
  nodeUp(): Promise<void>
  /** every log read waits so long before it answers */
  setLogLatency(ms: number): void
  /** Kills all ephemeral containers and removes the state directory; safe twice. */
  close(): Promise<void>
}
