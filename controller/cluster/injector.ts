import { randomBytes } from 'node:crypto'
import type { Log } from '../log.ts'
import { admissible, memoryLimit } from './admissible.ts'
import { type AdoptOptions, isOurs, standingForPlan, standingOf } from './adopt.ts'
import { type KubeClient, parseAnswer } from './client.ts'
import { KubeError } from './errors.ts'
import { InjectError, isNameTaken, refusalOf, refusalOfStanding } from './inject-error.ts'
import type { ClusterInventory } from './inventory.ts'
import { Lanes } from './lanes.ts'
import type { EphemeralContainer, Pod, PodRef } from './pod.ts'
import { podText } from './pod.ts'
import { entryEnvironment, probeEntry } from './probe-entry.ts'
import { projectPod } from './project.ts'
import { type InjectionRecord, Records, type RecordStore } from './records.ts'
import { ended, started } from './started.ts'
import type { RawObject } from './watch-stream.ts'

export interface InjectorOptions {
  readonly client: KubeClient
  readonly inventory: ClusterInventory
  readonly records: RecordStore
  readonly log: Log
  /** Unix ms */
  readonly now?: () => number
}

export interface InjectOptions {
  readonly image: string
  /** default `Never`: a production pod's worker must not pull */
  readonly imagePullPolicy?: 'Never' | 'IfNotPresent'
  readonly controllers: readonly string[]
  readonly pins: readonly string[]
  /** 128 bits, base64url; default random */
  readonly session?: string
  /** a probe started later than this exits at once; default 600000 */
  readonly startWithinMs?: number
  /** from PATCH to running; default 30000 */
  readonly startTimeoutMs?: number
  /** the probe answers this and ends; none is adopted for it */
  readonly plan?: string
  /** containers of this pod that must not be adopted: they did not answer */
  readonly avoid?: readonly string[]
  /** on whose behalf, for the API server's audit log */
  readonly caller?: string
  /** told as soon as the entry is in the pod, before its process can have connected */
  readonly onEntry?: (entry: Pick<Injected, 'pod' | 'podUid' | 'container' | 'session'>) => void
  readonly signal: AbortSignal
}

/** A probe's container that runs. */
export interface Injected {
  /** `namespace/name` */
  readonly pod: string
  readonly podUid: string
  readonly container: string
  readonly containerId: string
  readonly session: string
  /** it was there already, or another controller won the race for it */
  readonly adopted: boolean
}

/** What would happen to an injection. */
export interface PreflightVerdict {
  readonly pod: string
  readonly allowed: boolean
  readonly code?: InjectError['code']
  readonly message?: string
  /** the live probe that would be used */
  readonly reuse?: string
  /** bytes all containers may use together; absent: not limited */
  readonly memoryLimitBytes?: number
  readonly warnings: readonly string[]
}

const maxTries = 3
const perNode = 2

/** Loads the records and starts. @throws what the record store throws */
export async function openInjector(options: InjectorOptions): Promise<Injector> {
  return new Injector(options, await Records.open(options.records))
}

/** Puts probes into pods, one per pod and at most two per node at once (product.md §3). `close()` flushes the records; running waits end by their own signals. */
export class Injector {
  readonly #options: InjectorOptions
  readonly #records: Records
  readonly #pods = new Lanes(1)
  readonly #nodes = new Lanes(perNode)
  readonly #stop: () => void

  constructor(options: InjectorOptions, records: Records) {
    this.#options = options
    this.#records = records
    this.#stop = options.inventory.onChange('pods', ({ type, object }) => {
      if (type === 'deleted') records.forget(object.metadata.uid)
    })
  }

  /** Resolves with a running probe: the pod's own, or a new one. @throws {InjectError} */
  async inject(ref: PodRef, options: InjectOptions): Promise<Injected> {
    const leave = await this.#enter(this.#pods, ref.uid, ref, options.signal)
    try {
      return await this.#inject(ref, options)
    } finally {
      leave()
    }
  }

  /** Never resolves. @throws {InjectError} when the container has ended or its pod is going; {KubeError} `aborted` */
  ended({ pod, podUid, container }: Injected, signal: AbortSignal): Promise<never> {
    const [namespace = '', name = ''] = pod.split('/')
    return ended(this.#options.inventory, { namespace, name, uid: podUid }, container, signal)
  }

  /** Asks the API server, for every pod, what it would say; nothing is changed. In the order given. */
  preflight(refs: readonly PodRef[], options: InjectOptions): Promise<readonly PreflightVerdict[]> {
    return Promise.all(refs.map(async (ref): Promise<PreflightVerdict> => {
      const base = { pod: podText(ref), warnings: [] }
      try {
        const pod = admissible(this.#options.inventory, ref)
        const limit = memoryLimit(pod)
        const known = { ...base, ...(limit !== undefined && { memoryLimitBytes: limit }) }
        const standing = this.#standing(pod, options)
        if (standing.kind === 'running' || standing.kind === 'pending') return { ...known, allowed: true, reuse: standing.entry.name }
        if (standing.kind !== 'free') throw refusalOfStanding(standing, podText(ref))
        const { warnings } = await this.#patch(pod, this.#entry(pod, standing.name, options), options, true)
        return { ...known, allowed: true, warnings }
      } catch (error) {
        if (error instanceof InjectError) return { ...base, allowed: false, code: error.code, message: error.message }
        throw error
      }
    }))
  }

  /** What was injected, without the pods that went while nobody watched; what cannot be listed now is not gone. */
  injected(): readonly InjectionRecord[] {
    for (const { pod, podUid } of this.#records.all()) if (this.#options.inventory.isGone(pod, podUid)) this.#records.forget(podUid)
    return this.#records.all()
  }

  /** Whether a container of ours by its name is one we put there, or would have. */
  recognises(pod: Pod, entry: EphemeralContainer, options: Omit<InjectOptions, 'signal'>): boolean {
    return isOurs(pod, entry, this.#adoptOptions(options))
  }

  async close(): Promise<void> {
    this.#stop()
    await this.#records.close()
  }

  async #inject(ref: PodRef, options: InjectOptions): Promise<Injected> {
    let pod = admissible(this.#options.inventory, ref)
    for (let tries = 1; ; tries++) {
      const standing = options.plan === undefined ? this.#standing(pod, options) : standingForPlan(pod)
      if (standing.kind === 'running' || standing.kind === 'pending') return this.#running(ref, standing.entry, true, options)
      if (standing.kind !== 'free') throw refusalOfStanding(standing, podText(ref))
      const leave = await this.#enter(this.#nodes, pod.spec.nodeName ?? '', ref, options.signal)
      try {
        const { entry } = await this.#patch(pod, this.#entry(pod, standing.name, options), options, false)
        // its process may connect while the record is being written
        options.onEntry?.(entryOf(ref, entry))
        await this.#keep(ref, entry)
        return await this.#running(ref, entry, false, options)
      } catch (error) {
        const taken = error instanceof InjectError && isNameTaken(error.cause, standing.name)
        if (!taken || tries >= maxTries) throw taken ? new InjectError('race-lost', podText(ref), `${standing.name} was taken by another writer, ${tries} times`, { cause: error }) : error
        this.#options.log.info({ pod: podText(ref), container: standing.name }, 'container name was taken')
      } finally {
        leave()
      }
      pod = await this.#reread(ref, options)
    }
  }

  /** Waits until the container runs. */
  async #running(ref: PodRef, entry: EphemeralContainer, adopted: boolean, { startTimeoutMs = 30_000, onEntry, signal }: InjectOptions): Promise<Injected> {
    if (adopted) onEntry?.(entryOf(ref, entry))
    const containerId = await started(this.#options.inventory, ref, entry.name, { signal, timeoutMs: startTimeoutMs })
    this.#options.log.info({ pod: podText(ref), container: entry.name, containerId, adopted }, 'probe started')
    return { ...entryOf(ref, entry), containerId, adopted }
  }

  #standing(pod: Pod, options: InjectOptions): ReturnType<typeof standingOf> {
    return standingOf(pod, this.#adoptOptions(options))
  }

  #adoptOptions({ image, imagePullPolicy = 'Never', controllers, pins, avoid = [] }: Omit<InjectOptions, 'signal'>): AdoptOptions {
    return { image, imagePullPolicy, controllers, pins, avoid: new Set(avoid), now: this.#now(), recorded: (uid, container) => this.#records.get(uid, container) }
  }

  #entry(pod: Pod, name: string, { image, imagePullPolicy = 'Never', controllers, pins, session = randomBytes(16).toString('base64url'), startWithinMs = 600_000, plan }: InjectOptions): EphemeralContainer {
    return probeEntry(pod, { ...(plan !== undefined && { plan }), name, image, imagePullPolicy, controllers, pins, session, startBy: Math.ceil((this.#now() + startWithinMs) / 1000) })
  }

  /** Strategic merge by name, so that it works with and without a list; the UID guards against a pod recreated under the name. @returns the entry as admitted */
  async #patch({ metadata }: Pod, entry: EphemeralContainer, { caller, signal }: InjectOptions, dryRun: boolean): Promise<{ entry: EphemeralContainer; warnings: readonly string[] }> {
    try {
      const { text, warnings } = await this.#options.client.text({
        method: 'PATCH',
        path: `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/ephemeralcontainers`,
        query: { fieldManager: 'trenchscope', ...(dryRun && { dryRun: 'All' }) },
        contentType: 'application/strategic-merge-patch+json',
        body: { metadata: { uid: metadata.uid }, spec: { ephemeralContainers: [entry] } },
        signal,
        ...(caller !== undefined && { caller }),
      })
      const admitted = parseAnswer<Pod>(text, 'PATCH pods/ephemeralcontainers').spec.ephemeralContainers?.find(({ name }) => name === entry.name)
      return { entry: admitted ?? entry, warnings }
    } catch (error) {
      throw error instanceof KubeError ? refusalOf(error, podText(metadata)) : error
    }
  }

  async #keep(ref: PodRef, entry: EphemeralContainer): Promise<void> {
    try {
      await this.#records.add({ podUid: ref.uid, pod: podText(ref), entry, at: this.#now() })
    } catch (err) {
      // without a record the entry is still known by what we would have made
      this.#options.log.error({ pod: podText(ref), container: entry.name, err }, 'injection was not recorded')
    }
  }

  /** The pod as the API server has it now: the watch may be a moment behind the winner of a race. */
  async #reread(ref: PodRef, { signal }: InjectOptions): Promise<Pod> {
    try {
      const pod = projectPod(await this.#options.client.request<RawObject>({ path: `/api/v1/namespaces/${ref.namespace}/pods/${ref.name}`, signal }))
      if (pod.metadata.uid !== ref.uid) throw new InjectError('pod-replaced', podText(ref), `its UID is ${pod.metadata.uid}, not ${ref.uid}`)
      return pod
    } catch (error) {
      throw error instanceof KubeError ? refusalOf(error, podText(ref)) : error
    }
  }

  async #enter(lanes: Lanes, key: string, ref: PodRef, signal: AbortSignal): Promise<() => void> {
    try {
      return await lanes.enter(key, signal)
    } catch (error) {
      throw error instanceof KubeError ? new InjectError('aborted', podText(ref), 'given up while others were injected', { cause: error }) : error
    }
  }

  #now(): number {
    return (this.#options.now ?? Date.now)()
  }
}

function entryOf(ref: PodRef, entry: EphemeralContainer): Pick<Injected, 'pod' | 'podUid' | 'container' | 'session'> {
  return { pod: podText(ref), podUid: ref.uid, container: entry.name, session: entryEnvironment(entry)['TRENCHSCOPE_SESSION'] ?? '' }
}
