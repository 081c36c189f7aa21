import { setTimeout as delay } from 'node:timers/promises'
import type { LabClient } from '../apiserver/client.ts'
import { type Container, type Pod, sameJson } from '../apiserver/objects.ts'
import { startEphemeral } from './ephemeral.ts'
import type { Images } from './images.ts'
import { podStatus, type Waiting } from './pod-status.ts'
import type { ContainerReport, RegularContainers } from './regular.ts'
import type { Runtime, RuntimeContainer } from './runtime.ts'
import type { Sandbox } from './spawn.ts'

export interface Latencies {
  /** from the pod update to the first status, ContainerCreating */
  noticeMs: number
  /** from there to the container's start */
  startMs: number
  /** until an exit or a restart is noticed */
  relistMs: number
  /** first wait before a crashed regular container is restarted once more, doubled up to 300 s; kubelet: 10 s */
  crashBackoffMs: number
  /** between two looks at what could not be started */
  retryMs: number
}

/** What a pod worker shares with the rest of its kubelet. */
export interface WorkerContext {
  client: LabClient
  runtime: Runtime
  images: Images
  latencies: Latencies
  hostIP: string
  sandboxOf: (pod: Pod) => Sandbox
  /** restarts an ended regular container and says its new host pid */
  restartContainer?: ((pod: Pod, name: string) => Promise<number | undefined> | number | undefined) | undefined
  /** ends the pod's regular containers at deletion */
  stopPod?: ((pod: Pod) => Promise<void> | void) | undefined
  timestamp: (ms?: number) => string
  /** counts a status the API server refused */
  statusRejected: () => void
}

/** The serial worker of one pod: one thing at a time, so that a slow pull holds up starts, restarts and status alike. */
export class PodWorker {
  readonly #context: WorkerContext
  #pod: Pod
  readonly #regular: RegularContainers
  #waiting = new Map<string, Waiting>()
  #restarts = new Map<string, { count: number; notBefore: number }>()
  #stopped = new AbortController()
  #dirty = false
  #working: Promise<void> | undefined
  #retry: NodeJS.Timeout | undefined

  constructor(context: WorkerContext, pod: Pod, regular: RegularContainers) {
    this.#context = context
    this.#pod = pod
    this.#regular = regular
  }

  get pod(): Pod {
    return this.#pod
  }

  /** Takes the pod's newest object and brings the node in line with it. */
  update(pod: Pod): void {
    const deleted = pod.metadata.deletionTimestamp && !this.#pod.metadata.deletionTimestamp
    this.#pod = pod
    if (deleted) {
      // what the worker waits for no longer matters
      this.#stopped.abort()
      this.#stopped = new AbortController()
    }
    this.poke()
  }

  /** Something changed: work, after what is under way. */
  poke(): void {
    this.#dirty = true
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined
      if (this.#dirty) this.poke()
    })
  }

  /** The lab's word on a regular container; what is attached to one that ended dies at once, as the kernel does it. */
  report(name: string, report: ContainerReport): void {
    this.#regular.report(name, report)
    if (report.state === 'terminated') {
      for (const container of this.#containers()) if (container.target === name) void this.#context.runtime.kill(container, 'SIGKILL')
    }
    this.poke()
  }

  waitingReason(name: string): string {
    return this.#waiting.get(name)?.reason ?? 'ContainerCreating'
  }

  /** No further work; what runs goes on running. */
  async stop(): Promise<void> {
    clearTimeout(this.#retry)
    this.#dirty = false
    this.#stopped.abort()
    await this.#working
  }

  async #work(): Promise<void> {
    while (this.#dirty) {
      this.#dirty = false
      clearTimeout(this.#retry)
      try {
        await (this.#pod.metadata.deletionTimestamp ? this.#terminate() : this.#sync())
      } catch (error) {
        if ((error as Error).name !== 'AbortError') this.#retryIn(this.#context.latencies.retryMs)
      }
    }
  }

  async #sync(): Promise<void> {
    const { latencies } = this.#context
    const todo = (this.#pod.spec.ephemeralContainers ?? []).filter(container => !this.#known(container.name))
    if (todo.some(container => !this.#waiting.has(container.name))) await this.#pause(latencies.noticeMs)
    await this.#report()
    for (const container of todo) await this.#start(container)
    const backingOff = [...this.#restarts.keys()].filter(name => this.#regular.waitingReason(name) === 'CrashLoopBackOff')
    for (const name of [...this.#regular.ended(), ...backingOff]) await this.#restart(name)
    await this.#report()
  }

  async #start(container: Container): Promise<void> {
    const { runtime, images, latencies, sandboxOf } = this.#context
    if (!this.#waiting.has(container.name)) await this.#pause(latencies.startMs)
    const result = await startEphemeral({ pod: this.#pod, container, regular: this.#regular, runtime, images, sandbox: sandboxOf(this.#pod), hostIP: this.#context.hostIP, signal: this.#stopped.signal })
    if (!result) {
      this.#waiting.delete(container.name)
      return
    }
    const { retryInMs = latencies.retryMs, ...waiting } = result
    this.#waiting.set(container.name, waiting)
    this.#retryIn(Math.min(retryInMs, latencies.retryMs))
  }

  async #restart(name: string): Promise<void> {
    const { restartContainer, latencies } = this.#context
    if (!restartContainer || this.#pod.spec.restartPolicy === 'Never') return
    const { count, notBefore } = this.#restarts.get(name) ?? { count: 0, notBefore: 0 }
    const waitMs = notBefore - performance.now()
    if (waitMs > 0) {
      const { namespace, name: podName, uid } = this.#pod.metadata
      this.#regular.report(name, { state: 'waiting', reason: 'CrashLoopBackOff', message: `back-off ${Math.round((latencies.crashBackoffMs * 2 ** (count - 1)) / 1000)}s restarting failed container=${name} pod=${podName}_${namespace}(${uid})` })
      this.#retryIn(waitMs)
      return
    }
    await this.#pause(latencies.relistMs)
    const pid = await restartContainer(this.#pod, name)
    this.#restarts.set(name, { count: count + 1, notBefore: performance.now() + Math.min(latencies.crashBackoffMs * 2 ** count, 300_000) })
    this.#regular.report(name, { state: 'running', ...(pid && { pid }) })
  }

  async #terminate(): Promise<void> {
    const { runtime, client, stopPod } = this.#context
    const { namespace, name, uid = '', deletionGracePeriodSeconds = 30 } = this.#pod.metadata
    const running = this.#containers().filter(container => container.state === 'running')
    await Promise.all(running.map(container => runtime.kill(container, 'SIGTERM')))
    const ended = (async () => {
      await stopPod?.(this.#pod)
      while (this.#containers().some(container => container.state === 'running')) await this.#pause(5)
    })()
    const settled = new AbortController()
    const grace = delay(deletionGracePeriodSeconds * 1000, undefined, { signal: AbortSignal.any([this.#stopped.signal, settled.signal]) })
    await Promise.race([ended, grace]).finally(() => settled.abort())
    await runtime.removePod(uid)
    await client.ask({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}/pods/${name}`, body: { gracePeriodSeconds: 0, preconditions: { uid } } })
  }

  async #report(): Promise<void> {
    const { client, sandboxOf, hostIP, timestamp, statusRejected } = this.#context
    const { podIP } = sandboxOf(this.#pod)
    const ephemeral = new Map(this.#containers().map(container => [container.name, container]))
    const status = podStatus({ pod: this.#pod, regular: this.#regular.statuses(), ephemeral, waiting: this.#waiting, hostIP, timestamp, ...(podIP && { podIP }) })
    if (sameJson(status, this.#pod.status)) return
    const { namespace, name, uid } = this.#pod.metadata
    const answer = await client.ask({ method: 'PATCH', path: `/api/v1/namespaces/${namespace}/pods/${name}/status`, contentType: 'application/merge-patch+json', body: { metadata: { uid }, status } })
    if (answer.code === 200) this.#pod = { ...this.#pod, status }
    else if (answer.code === 422) statusRejected()
    else if (answer.code !== 404) this.#retryIn(this.#context.latencies.retryMs)
  }

  #known(name: string): RuntimeContainer | undefined {
    return this.#context.runtime.find(this.#pod.metadata.uid ?? '', name)
  }

  #containers(): readonly RuntimeContainer[] {
    return this.#context.runtime.list(this.#pod.metadata.uid ?? '')
  }

  #retryIn(ms: number): void {
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => this.poke(), ms)
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, undefined, { signal: this.#stopped.signal })
  }
}
