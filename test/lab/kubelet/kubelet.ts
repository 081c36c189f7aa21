import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { LabClient } from '../apiserver/client.ts'
import type { LogAnswer, LogRequest } from '../apiserver/logs.ts'
import type { Pod } from '../apiserver/objects.ts'
import { type Image, Images } from './images.ts'
import { registerNode, setNodeReady } from './node.ts'
import type { Kubelet, KubeletOptions } from './options.ts'
import { watchPods } from './pod-watch.ts'
import { readLog } from './read-log.ts'
import { type ContainerReport, RegularContainers } from './regular.ts'
import { Runtime, type RuntimeContainer } from './runtime.ts'
import { type Latencies, PodWorker } from './worker.ts'

export { type Kubelet, type KubeletOptions, measuredLatencies } from './options.ts'

/** Starts a kubelet for the pods of one node: it runs their ephemeral containers as real processes and adopts all others. */
export async function startKubelet(options: KubeletOptions): Promise<Kubelet> {
  const agent = new NodeAgent(options)
  await agent.start()
  return agent
}

const quickLatencies: Latencies = { noticeMs: 0, startMs: 0, relistMs: 0, crashBackoffMs: 10_000, retryMs: 100 }

/** The kubelet-lite itself: one worker per pod, one runtime per node. */
class NodeAgent implements Kubelet {
  readonly node: string
  readonly #options: KubeletOptions
  readonly #client: LabClient
  readonly #runtime: Runtime
  readonly #images: Images
  readonly #stateDir: string
  readonly #hostIP: string
  #workers = new Map<string, PodWorker>()
  /** what runs on the node outlives the kubelet's knowledge of it */
  #regular = new Map<string, RegularContainers>()
  /** reports on pods that were not seen yet, by `namespace/name` */
  #early = new Map<string, { container: string; report: ContainerReport }[]>()
  #watching = new AbortController()
  #down = false
  #logLatencyMs = 0
  #closed: Promise<void> | undefined
  rejectedStatuses = 0

  constructor(options: KubeletOptions) {
    this.#options = options
    this.node = options.node.name
    this.#hostIP = options.node.internalIP ?? '127.0.0.1'
    this.#stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), 'trenchscope-kubelet-'))
    this.#client = new LabClient(options.apiserver)
    this.#images = new Images(options.images, options.pullBackoff ?? { baseMs: 10_000, maxMs: 300_000 })
    this.#runtime = new Runtime(this.#stateDir, options.logLimits ?? { maxBytes: 10 * 1024 * 1024, maxFiles: 5 }, () => this.#now(), ({ podUid }) => this.#workers.get(podUid)?.poke())
  }

  async start(): Promise<void> {
    const { name, labels = {} } = this.#options.node
    await registerNode(this.#client, { name, labels, internalIP: this.#hostIP, images: this.#images.present(), now: this.#timestamp() })
    const { signal } = (this.#watching = new AbortController())
    void watchPods(this.#client, this.node, new Set(this.#regular.keys()), signal, { changed: pod => this.#podChanged(pod), removed: uid => void this.#podRemoved(uid) })
  }

  containers(pod?: string): readonly RuntimeContainer[] {
    return this.#runtime.list(pod === undefined ? undefined : this.#worker(pod).pod.metadata.uid)
  }

  reportContainer(pod: string, container: string, report: ContainerReport): void {
    const worker = this.#find(pod)
    if (worker) worker.report(container, report)
    else this.#early.set(pod, [...(this.#early.get(pod) ?? []), { container, report }])
  }

  async killContainer(pod: string, container: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const found = this.#runtime.find(this.#worker(pod).pod.metadata.uid ?? '', container)
    if (!found) throw new Error(`no ephemeral container ${container} is known in ${pod}`)
    await this.#runtime.kill(found, signal)
  }

  setImage(name: string, image: Image): void {
    this.#images.set(name, image)
    this.#pokeAll()
  }

  async restart(): Promise<void> {
    await this.#stopWorking()
    this.#runtime.endUnstarted()
    await this.start()
  }

  async reboot({ wipe = false } = {}): Promise<void> {
    const pods = [...this.#workers.values()].map(({ pod }) => pod)
    await this.#stopWorking()
    await this.#runtime.powerOff()
    this.#runtime.endUnstarted()
    if (wipe) this.#runtime.forgetDead()
    for (const pod of pods) {
      const regular = this.#regular.get(pod.metadata.uid ?? '')
      for (const { name } of pod.spec.containers) {
        regular?.report(name, { state: 'terminated', exitCode: 255, reason: 'Unknown' })
        const pid = await this.#options.restartContainer?.(pod, name)
        regular?.report(name, { state: 'running', ...(pid && { pid }) })
      }
    }
    await this.start()
  }

  forgetDeadContainers(pod?: string): void {
    this.#runtime.forgetDead(pod === undefined ? undefined : this.#worker(pod).pod.metadata.uid)
    this.#pokeAll()
  }

  async nodeDown(): Promise<void> {
    this.#down = true
    await this.#stopWorking()
    await setNodeReady(this.#client, this.node, false, this.#timestamp())
  }

  async nodeUp(): Promise<void> {
    this.#down = false
    await setNodeReady(this.#client, this.node, true, this.#timestamp())
    await this.start()
  }

  setLogLatency(ms: number): void {
    this.#logLatencyMs = ms
  }

  async readLog({ pod, uid, container, options, signal }: LogRequest): Promise<LogAnswer> {
    if (this.#logLatencyMs > 0) await delay(this.#logLatencyMs)
    if (this.#down) return { unreachable: true }
    if (options.previous) return { badRequest: `previous terminated container "${container}" in pod "${pod}" not found` }
    const found = this.#runtime.find(uid, container)
    if (found && found.startError === undefined && found.state !== 'created') return { text: readLog(found.log, options, signal) }
    const worker = this.#workers.get(uid)
    const regular = worker?.pod.spec.containers.some(({ name }) => name === container)
    if (regular) return { text: (async function* () {})() }
    const reason = found?.startError === undefined ? (worker?.waitingReason(container) ?? 'ContainerCreating') : 'RunContainerError'
    return { badRequest: `container "${container}" in pod "${pod}" is waiting to start: ${reason}` }
  }

  close(): Promise<void> {
    this.#closed ??= (async () => {
      await this.#stopWorking()
      const pods = new Set(this.#runtime.list().map(({ podUid }) => podUid))
      await Promise.all([...pods].map(uid => this.#runtime.removePod(uid)))
      this.#client.close()
      if (!this.#options.stateDir) rmSync(this.#stateDir, { recursive: true, force: true })
    })()
    return this.#closed
  }

  #podChanged(pod: Pod): void {
    const uid = pod.metadata.uid ?? ''
    const known = this.#workers.get(uid)
    if (known) {
      known.update(pod)
      return
    }
    const regular = this.#regular.get(uid) ?? new RegularContainers(pod, () => this.#timestamp())
    this.#regular.set(uid, regular)
    const worker = this.#newWorker(pod, regular)
    this.#workers.set(uid, worker)
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`
    for (const { container, report } of this.#early.get(name) ?? []) regular.report(container, report)
    this.#early.delete(name)
    worker.poke()
  }

  #newWorker(pod: Pod, regular: RegularContainers): PodWorker {
    const { sandboxOf, latencies, restartContainer, stopPod } = this.#options
    return new PodWorker({
      client: this.#client, runtime: this.#runtime, images: this.#images, latencies: { ...quickLatencies, ...latencies }, hostIP: this.#hostIP, sandboxOf, restartContainer, stopPod,
      timestamp: ms => this.#timestamp(ms), statusRejected: () => void this.rejectedStatuses++,
    }, pod, regular)
  }

  async #podRemoved(uid: string): Promise<void> {
    await this.#workers.get(uid)?.stop()
    this.#workers.delete(uid)
    this.#regular.delete(uid)
    await this.#runtime.removePod(uid)
  }

  async #stopWorking(): Promise<void> {
    this.#watching.abort()
    await Promise.all([...this.#workers.values()].map(worker => worker.stop()))
    this.#workers.clear()
  }

  #pokeAll(): void {
    for (const worker of this.#workers.values()) worker.poke()
  }

  #worker(pod: string): PodWorker {
    const found = this.#find(pod)
    if (!found) throw new Error(`node ${this.node} has no pod ${pod}`)
    return found
  }

  #find(pod: string): PodWorker | undefined {
    return [...this.#workers.values()].find(({ pod: { metadata } }) => `${metadata.namespace}/${metadata.name}` === pod)
  }

  #now(): number {
    return performance.timeOrigin + performance.now() + (this.#options.clockSkewMs ?? 0)
  }

  #timestamp(ms = this.#now()): string {
    return `${new Date(ms).toISOString().slice(0, 19)}Z`
  }
}

