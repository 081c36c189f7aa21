import type { KubeObject } from '#judge/profile.ts'
import type { Log } from '../log.ts'
import type { KubeClient } from './client.ts'
import { KubeError } from './errors.ts'
import { pause, pauseUntil } from './gate.ts'
import { type Change, ObjectStore } from './object-store.ts'
import { defaultTiming, type WatchHealth, type WatchTiming } from './watch-health.ts'
import { type RawObject, watchEvents } from './watch-stream.ts'

export interface WatchOptions {
  readonly client: KubeClient
  /** `/api/v1/pods`, `/api/v1/namespaces/red/pods` */
  readonly path: string
  /** only these objects: `metadata.name=x` */
  readonly fieldSelector?: string
  /** keeps the fields we need; memory counts */
  readonly project: (object: RawObject) => KubeObject
  readonly log: Log
  readonly timing?: Partial<WatchTiming>
  /** Unix ms */
  readonly now?: () => number
  /** 0 ≤ x < 1 */
  readonly random?: () => number
}

const pageSize = 500
const initialEventsEnd = 'k8s.io/initial-events-end'

/** Keeps one resource's last known state by list and watch, until `close()`. Never throws: what goes wrong is its health, and is tried again. */
export class ResourceWatch {
  readonly store: ObjectStore
  readonly #options: WatchOptions
  readonly #timing: WatchTiming
  readonly #stop = new AbortController()
  readonly #listeners = new Set<(change: Change) => void>()
  readonly #settled = Promise.withResolvers<void>()
  readonly #done: Promise<void>
  #health: WatchHealth
  #version: string | undefined
  #watchList = true
  /** lines received so far */
  #events = 0

  constructor(options: WatchOptions) {
    this.#options = options
    this.#timing = { ...defaultTiming, ...options.timing }
    this.store = new ObjectStore(change => this.#tell(change))
    this.#health = { state: 'starting', lastEventAt: 0, awaySince: this.#now() }
    this.#done = this.#run()
  }

  get health(): WatchHealth {
    return this.#health
  }

  /** The listener is called for every later change; one that throws is logged and harms nobody else. @returns the way to stop it */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Resolves once the first list is complete, or is known to be impossible for now (see `health`). @throws {KubeError} `aborted`, or `timeout` with what went wrong */
  async synced({ signal, timeoutMs = 30_000 }: { signal?: AbortSignal; timeoutMs?: number } = {}): Promise<void> {
    const limit = new AbortController()
    const outer = AbortSignal.any([limit.signal, ...(signal ? [signal] : [])])
    try {
      await Promise.race([this.#settled.promise, pause(timeoutMs, outer)])
    } finally {
      limit.abort()
    }
    if (this.#health.state !== 'starting') return
    const { problem } = this.#health
    throw new KubeError('timeout', `${this.#options.path} was not listed within ${timeoutMs} ms${problem ? `: ${problem.message}` : ''}`, { cause: problem })
  }

  /** Resolves when the connection is gone. Safe twice. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    const { random = Math.random, log, path } = this.#options
    for (let failures = 0; !signal.aborted; ) {
      const before = this.#events
      const place = this.#version
      const startedAt = performance.now()
      let waitMs = 0
      try {
        await this.#pass(signal)
        // a server that ends watches at once, without an event, must not be asked in a tight loop
        failures = this.#events > before || performance.now() - startedAt > 1000 ? 0 : failures + 1
      } catch (error) {
        if (signal.aborted) break
        const problem = error instanceof KubeError ? error : new KubeError('unreadable', String(error), { cause: error })
        // one that worked is tried again at once, however often it was cut before
        const worked = this.#events > before || (this.#health.awaySince === undefined && performance.now() - startedAt > 1000)
        // and so is one that finds its place forgotten when the server is back
        failures = worked || (problem.code === 'expired' && place !== undefined) ? 1 : failures + 1
        if (problem.code === 'expired') this.#version = undefined
        waitMs = this.#fail(problem) ? this.#timing.unavailableMs * (0.5 + random()) : Math.max(problem.retryAfterMs ?? 0, 0)
        log.debug({ path, failures, err: problem }, 'watch ended')
      }
      const asked = waitMs > 0
      if (!asked && failures > 0) waitMs = random() * Math.min(this.#timing.maxBackoffMs, this.#timing.backoffMs * 2 ** (failures - 1))
      // what another call has found to be back is not waited for
      if (waitMs > 0) await (asked ? pause(waitMs, signal) : pauseUntil(() => this.#options.client.reached, waitMs, signal)).catch(() => undefined)
    }
    this.#health = { ...this.#health, state: 'stopped' }
    this.#settled.resolve()
  }

  /** @returns whether the resource is unavailable, rather than the server away */
  #fail(problem: KubeError): boolean {
    const { awaySince = this.#now(), lastEventAt, state } = this.#health
    const unavailable = problem.code === 'forbidden' || this.#isMissing(problem)
    if (unavailable && state !== 'unavailable') this.#options.log.warn({ path: this.#options.path, err: problem }, 'resource cannot be listed')
    this.#health = { state: unavailable ? 'unavailable' : state, problem, lastEventAt, awaySince }
    if (!unavailable) return false
    this.#version = undefined
    // what is not installed has no objects; what is forbidden may still be there
    if (problem.code === 'not-found') this.store.replace([])
    this.#settled.resolve()
    return true
  }

  /** One list, if need be, and one watch to its end. */
  async #pass(signal: AbortSignal): Promise<void> {
    if (this.#version === undefined && this.#watchList) {
      const before = this.#events
      try {
        return await this.#watch(signal, true)
      } catch (error) {
        // a server without WatchList refuses `sendInitialEvents` in one of several ways, or never says that the list is complete
        const silent = error instanceof KubeError && error.code === 'timeout' && this.#events > before && this.#version === undefined
        if (!silent && !(error instanceof KubeError && ['bad-request', 'invalid', 'refused'].includes(error.code))) throw error
        this.#watchList = false
      }
    }
    if (this.#version === undefined) await this.#list(signal)
    await this.#watch(signal, false)
  }

  async #list(signal: AbortSignal): Promise<void> {
    const objects: KubeObject[] = []
    let token: string | undefined
    let version: string | undefined
    do {
      const page = await this.#options.client.request<{ items?: readonly RawObject[]; metadata?: { continue?: string; resourceVersion?: string } }>({
        path: this.#options.path, query: { fieldSelector: this.#options.fieldSelector, limit: pageSize, continue: token }, signal,
      })
      if (!Array.isArray(page.items)) throw new KubeError('unreadable', `${this.#options.path} did not answer with a list`)
      for (const object of page.items) objects.push(this.#options.project(object))
      token = page.metadata?.continue || undefined
      version = page.metadata?.resourceVersion
    } while (token)
    this.#version = version
    this.#complete(objects)
  }

  /** @param initial the list comes as events first, ended by an annotated bookmark (WatchList, Kubernetes ≥ 1.32) */
  async #watch(signal: AbortSignal, initial: boolean): Promise<void> {
    const { client, path, fieldSelector, random = Math.random, project } = this.#options
    const [least, most] = this.#timing.watchSeconds
    const silence = new AbortController()
    const quiet = setTimeout(() => {
      // bookmarks should have come; a server whose etcd was restored from a backup says nothing until it gets to our place again, if ever
      this.#version = undefined
      silence.abort(new KubeError('timeout', `${path}: the watch was silent for ${this.#timing.inactivityMs} ms`))
    }, this.#timing.inactivityMs)
    let listed: Map<string, KubeObject> | undefined = initial ? new Map() : undefined
    try {
      const chunks = await client.stream({
        path,
        query: {
          fieldSelector, watch: true, allowWatchBookmarks: true, timeoutSeconds: Math.round(least + random() * (most - least)),
          ...(initial ? { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' } : { resourceVersion: this.#version }),
        },
        signal: AbortSignal.any([signal, silence.signal]),
        timeoutMs: this.#timing.inactivityMs,
      })
      if (!initial) this.#connected()
      for await (const { type, object } of watchEvents(chunks)) {
        quiet.refresh()
        if (type === 'ERROR') throw lostOf(object)
        this.#events++
        this.#health = { ...this.#health, lastEventAt: this.#now() }
        const { metadata } = object
        if (listed && type === 'BOOKMARK' && metadata.annotations?.[initialEventsEnd] === 'true') {
          this.#version = metadata.resourceVersion
          this.#complete([...listed.values()])
          listed = undefined
          this.#connected()
        } else if (listed) {
          if (type === 'DELETED') listed.delete(metadata.uid)
          else if (type !== 'BOOKMARK') listed.set(metadata.uid, project(object))
        } else {
          if (type === 'DELETED') this.store.remove(object)
          else if (type !== 'BOOKMARK') this.store.put(project(object))
          this.#version = metadata.resourceVersion ?? this.#version
        }
      }
      if (listed) throw new KubeError('unreachable', `${path}: the watch ended before the list was complete`)
    } finally {
      clearTimeout(quiet)
    }
  }

  #complete(objects: readonly KubeObject[]): void {
    this.store.replace(objects)
    this.#health = { state: 'synced', lastEventAt: this.#now() }
    this.#settled.resolve()
  }

  #connected(): void {
    const { state, lastEventAt } = this.#health
    this.#health = { state, lastEventAt }
  }

  #tell(change: Change): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(change)
      } catch (err) {
        this.#options.log.error({ path: this.#options.path, err }, 'listener failed')
      }
    }
  }

  /**
   * Whether the API server does not know the resource: it says so with a Status, or with the words of Go's HTTP server. Every API server has the core resources;
   * any other 404 is of something that stands before it, and tells nothing of what there is.
   */
  #isMissing({ code, reason, message }: KubeError): boolean {
    return code === 'not-found' && !this.#options.path.startsWith('/api/') && (reason !== '' || message === '404 page not found')
  }

  #now(): number {
    return (this.#options.now ?? Date.now)()
  }
}

/** An ERROR event carries a Status; whatever its code, the watch has lost its place and the list is made anew. */
function lostOf(status: { readonly [field: string]: unknown }): KubeError {
  return new KubeError('expired', String(status['message'] ?? 'the watch ended with an error'), { status: Number(status['code'] ?? 0), reason: String(status['reason'] ?? '') })
}
