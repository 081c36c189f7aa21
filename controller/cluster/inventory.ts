import { FactError } from '#facts/fact.ts'
import type { Inventory, KubeObject, Resource } from '#judge/profile.ts'
import type { Cluster } from '#judge/subject.ts'
import type { Log } from '../log.ts'
import type { KubeClient } from './client.ts'
import { KubeError } from './errors.ts'
import type { Change } from './object-store.ts'
import type { Pod } from './pod.ts'
import { projectionOf } from './project.ts'
import { ResourceWatch } from './watch.ts'
import type { WatchHealth, WatchTiming } from './watch-health.ts'

export interface InventoryOptions {
  readonly log: Log
  /** namespaced resources are watched in these only; absent or empty: in the whole cluster */
  readonly namespaces?: readonly string[]
  /** the last known state counts as stale once the API server has been away for so long; default 10000 */
  readonly staleMs?: number
  readonly timing?: Partial<WatchTiming>
  /** Unix ms */
  readonly now?: () => number
}

/** Why a resource, or part of it, cannot be read. `gone`: the last known state is held, but stale. */
export interface InventoryProblem {
  readonly plural: string
  /** absent: in the whole cluster */
  readonly namespace?: string
  readonly code: 'not-found' | 'refused' | 'gone'
  readonly message: string
}

const builtin: readonly Resource[] = ['pods', 'nodes', 'namespaces'].map(plural => ({ group: '', version: 'v1', plural }))
const clusterScoped = new Set(['nodes', 'namespaces'])

/** Watches pods, nodes, namespaces and these resources. Resolves once the cluster is known; `ready` once everything is listed. @throws {KubeError} when kube-system cannot be read */
export async function openInventory(client: KubeClient, resources: readonly Resource[], options: InventoryOptions): Promise<ClusterInventory> {
  return new ClusterInventory(client, await client.cluster(), [...builtin, ...resources.filter(({ plural }) => !builtin.some(known => known.plural === plural))], options)
}

interface Watched {
  readonly plural: string
  readonly namespace: string | undefined
  readonly watch: ResourceWatch
}

/** What the API server said last, kept up to date by watches until `close()`. */
export class ClusterInventory implements Inventory {
  readonly cluster: Cluster
  readonly #client: KubeClient
  readonly #options: InventoryOptions
  readonly #watched: readonly Watched[]

  constructor(client: KubeClient, cluster: Cluster, resources: readonly Resource[], options: InventoryOptions) {
    this.cluster = cluster
    this.#client = client
    this.#options = options
    const { namespaces = [], log, timing, now } = options
    this.#watched = resources.flatMap(resource => {
      const { plural } = resource
      const places = clusterScoped.has(plural) || namespaces.length === 0 ? [undefined] : namespaces
      return places.map(namespace => ({
        plural, namespace,
        watch: new ResourceWatch({ client, path: pathOf(resource, namespace), project: projectionOf(plural), log, ...(timing && { timing }), ...(now && { now }) }),
      }))
    })
  }

  list(plural: string): readonly KubeObject[] {
    return this.#of(plural).flatMap(({ watch }) => watch.store.list())
  }

  get(plural: string, namespace: string | undefined, name: string): KubeObject | undefined {
    for (const { watch } of this.#of(plural)) {
      const found = watch.store.get(namespace, name)
      if (found) return found
    }
    return undefined
  }

  pod(namespace: string, name: string): Pod | undefined {
    return this.get('pods', namespace, name) as Pod | undefined
  }

  /** Whether a pod (`namespace/name`) is no more, or another has its name. One that cannot be listed now is not gone. */
  isGone(pod: string, uid: string): boolean {
    const [namespace = '', name = ''] = pod.split('/')
    return !this.problem('pods', namespace) && this.pod(namespace, name)?.metadata.uid !== uid
  }

  /** Resolves when every resource is listed or known to be unreadable (see `problems`). @throws {KubeError} `timeout`, `aborted` */
  async ready(signal?: AbortSignal, timeoutMs = 30_000): Promise<void> {
    await Promise.all(this.#watched.map(({ watch }) => watch.synced({ timeoutMs, ...(signal && { signal }) })))
  }

  /** What cannot be read, or only from memory, and why. */
  problems(): readonly InventoryProblem[] {
    return this.#watched.flatMap(({ plural, namespace, watch }) => {
      const trouble = this.#trouble(plural, watch.health)
      return trouble ? [{ plural, ...(namespace !== undefined && { namespace }), ...trouble }] : []
    })
  }

  /** Why this resource cannot be listed (in that namespace, where given). */
  problem(plural: string, namespace?: string): InventoryProblem | undefined {
    if (this.#of(plural).length === 0) return { plural, code: 'not-found', message: `${plural} is not watched` }
    return this.problems().find(problem => problem.plural === plural && (namespace === undefined || problem.namespace === undefined || problem.namespace === namespace))
  }

  health(): readonly (WatchHealth & { readonly plural: string; readonly namespace?: string; readonly objects: number })[] {
    return this.#watched.map(({ plural, namespace, watch }) => ({ plural, ...(namespace !== undefined && { namespace }), objects: watch.store.size, ...watch.health }))
  }

  /** @returns the way to stop it */
  onChange(plural: string, listener: (change: Change) => void): () => void {
    const stops = this.#of(plural).map(({ watch }) => watch.onChange(listener))
    return () => stops.forEach(stop => stop())
  }

  /** Resolves with what `look` returns first, asked now and after every change of the resource. @throws {KubeError} `aborted`; and what `look` throws */
  until<T>(plural: string, look: () => T | undefined, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        stop()
        signal.removeEventListener('abort', abort)
        settle()
      }
      const attempt = (): void => {
        try {
          const found = look()
          if (found !== undefined) finish(() => resolve(found))
        } catch (error) {
          finish(() => reject(error))
        }
      }
      const abort = (): void => finish(() => reject(new KubeError('aborted', `given up waiting for ${plural}`, { cause: signal.reason })))
      const stop = this.onChange(plural, attempt)
      signal.addEventListener('abort', abort, { once: true })
      if (signal.aborted) abort()
      else attempt()
    })
  }

  /** Whether watches hold all objects of a resource in this namespace, or, without one, in the cluster. */
  watches(plural: string, namespace: string | undefined): boolean {
    return this.#of(plural).some(watched => watched.namespace === undefined || watched.namespace === namespace)
  }

  /** One object: the watch's, or, of a core resource that no watch holds (`configmaps`), the API server's. @throws {FactError} `not-found`, `refused`, `gone` */
  async fetch(plural: string, namespace: string | undefined, name: string, signal?: AbortSignal): Promise<unknown> {
    if (this.#of(plural).length > 0) {
      const held = this.get(plural, namespace, name)
      if (held) return held
      const trouble = this.problem(plural, namespace)
      throw new FactError(trouble?.code ?? 'not-found', trouble?.message ?? `${plural} "${name}" not found`)
    }
    try {
      return await this.#client.request({ path: `${pathOf({ group: '', version: 'v1', plural }, namespace)}/${encodeURIComponent(name)}`, timeoutMs: 10_000, ...(signal && { signal }) })
    } catch (error) {
      if (!(error instanceof KubeError)) throw error
      throw new FactError(error.code === 'not-found' ? 'not-found' : error.code === 'forbidden' ? 'refused' : 'gone', error.message, { cause: error })
    }
  }

  /** Safe twice; no watch is left open. */
  async close(): Promise<void> {
    await Promise.all(this.#watched.map(({ watch }) => watch.close()))
  }

  #of(plural: string): readonly Watched[] {
    return this.#watched.filter(watched => watched.plural === plural)
  }

  #trouble(plural: string, { state, problem, awaySince }: WatchHealth): Pick<InventoryProblem, 'code' | 'message'> | undefined {
    const { staleMs = 10_000, now = Date.now } = this.#options
    const words = problem?.message ?? 'no answer yet'
    if (state === 'unavailable') return { code: problem?.code === 'forbidden' ? 'refused' : 'not-found', message: problem?.code === 'forbidden' ? words : `${plural} is not installed: ${words}` }
    if (state === 'starting') return { code: 'gone', message: `${plural} is not listed yet: ${words}` }
    if (state === 'stopped') return { code: 'gone', message: `${plural} is no longer watched` }
    const awayMs = awaySince === undefined ? 0 : now() - awaySince
    return awayMs > staleMs ? { code: 'gone', message: `the API server has been away for ${Math.round(awayMs / 1000)} s: ${words}` } : undefined
  }
}

function pathOf({ group, version, plural }: Resource, namespace: string | undefined): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  return namespace === undefined ? `${root}/${plural}` : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`
}
