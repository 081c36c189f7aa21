import type { Log } from '../log.ts'
import type { KubeClient } from './client.ts'
import { KubeError } from './errors.ts'
import { pause } from './gate.ts'

export interface LeaseOptions {
  readonly client: Pick<KubeClient, 'request'>
  readonly namespace: string
  readonly name: string
  /** a process that is started again in its place has the same: the pod's name */
  readonly identity: string
  /** how long a holder that says nothing is believed; default 8000 */
  readonly durationMs?: number
  readonly log: Log
  /** gives up waiting */
  readonly signal: AbortSignal
  /** Unix ms */
  readonly now?: () => number
}

interface LeaseObject {
  readonly metadata: { readonly resourceVersion: string }
  readonly spec?: { readonly holderIdentity?: string; readonly leaseDurationSeconds?: number; readonly acquireTime?: string; readonly renewTime?: string; readonly leaseTransitions?: number }
}

/**
 * Waits until the cluster's Lease is ours, and keeps it: of two controllers one works, the other waits. A holder counts as gone when its lease has not changed for its whole duration, by our
 * own clock: clocks of two nodes are never compared (as client-go does). The object must be there; we may not create it. @throws {KubeError} when it cannot be read or written at all, or `aborted`
 */
export async function takeLease(options: LeaseOptions): Promise<HeldLease> {
  const { identity, log, signal } = options
  let seen = { version: '', at: performance.now() }
  for (let told = false; ; ) {
    const lease = await read(options)
    const { holderIdentity: holder = '', leaseDurationSeconds = 0 } = lease.spec ?? {}
    if (lease.metadata.resourceVersion !== seen.version) seen = { version: lease.metadata.resourceVersion, at: performance.now() }
    if (holder === '' || holder === identity || performance.now() - seen.at > leaseDurationSeconds * 1000) {
      const taken = await write(options, lease, identity).catch(conflictIsNothing)
      if (taken) return new HeldLease(options, taken)
    } else if (!told) {
      log.info({ holder, identity }, 'waiting for the lease')
      told = true
    }
    await pause(Math.min(1000, durationOf(options) / 10), signal)
  }
}

/** A lease that is ours until `lost` aborts: then nothing may be changed any more, and the process should end. */
export class HeldLease {
  /** raised with each change of holder */
  readonly token: number
  readonly #options: LeaseOptions
  readonly #lost = new AbortController()
  readonly #stop = new AbortController()
  readonly #done: Promise<void>
  #lease: LeaseObject
  #renewedAt = performance.now()

  constructor(options: LeaseOptions, lease: LeaseObject) {
    this.#options = options
    this.#lease = lease
    this.token = lease.spec?.leaseTransitions ?? 0
    this.#done = this.#keep()
  }

  /** the reason is an Error */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** Whether no other controller can have it: also false while renewals are overdue, before `lost` says so. */
  get valid(): boolean {
    return !this.#lost.signal.aborted && performance.now() - this.#renewedAt < durationOf(this.#options)
  }

  /** Gives it back, so that a successor need not wait. Safe twice. */
  async close(): Promise<void> {
    if (this.#stop.signal.aborted) return this.#done
    this.#stop.abort()
    await this.#done
    if (this.valid) await write(this.#options, this.#lease, '').catch((err: unknown) => this.#options.log.warn({ err }, 'lease not given back'))
  }

  async #keep(): Promise<void> {
    const durationMs = durationOf(this.#options)
    while (!this.#stop.signal.aborted) {
      await pause(durationMs / 4, this.#stop.signal).catch(() => undefined)
      if (this.#stop.signal.aborted) return
      const from = performance.now()
      try {
        this.#lease = (await write(this.#options, this.#lease, this.#options.identity).catch(conflictIsNothing)) ?? await this.#reread()
        // counted from the question: the server may have written it just then
        this.#renewedAt = from
      } catch (err) {
        this.#options.log.warn({ err }, 'lease not renewed')
        if (!(err instanceof KubeError) || performance.now() - this.#renewedAt > durationMs * 0.8) return this.#lose(err)
      }
    }
  }

  /** Somebody wrote it meanwhile: perhaps only a label. @throws {Error} when it is another's */
  async #reread(): Promise<LeaseObject> {
    const lease = await read(this.#options)
    const holder = lease.spec?.holderIdentity
    if (holder !== this.#options.identity) throw new Error(`the lease is ${holder ? `${holder}'s` : 'nobody\'s'} now`)
    return lease
  }

  #lose(cause: unknown): void {
    this.#lost.abort(new Error(`the lease ${this.#options.namespace}/${this.#options.name} is lost: ${cause instanceof Error ? cause.message : String(cause)}`, { cause }))
  }
}

function read({ client, namespace, name, signal }: LeaseOptions): Promise<LeaseObject> {
  return client.request<LeaseObject>({ path: pathOf(namespace, name), timeoutMs: 5000, signal })
}

/** @param holder empty: nobody. @throws {KubeError} `conflict` when somebody was faster */
function write(options: LeaseOptions, lease: LeaseObject, holder: string): Promise<LeaseObject> {
  const { client, namespace, name, now = Date.now } = options
  const { spec = {} } = lease
  const time = new Date(now()).toISOString().replace('Z', '000Z')
  const changes = holder !== spec.holderIdentity
  const next = {
    ...spec, holderIdentity: holder, leaseDurationSeconds: Math.ceil(durationOf(options) / 1000), renewTime: time,
    ...(changes && { acquireTime: time, leaseTransitions: (spec.leaseTransitions ?? 0) + (holder === '' ? 0 : 1) }),
  }
  return client.request<LeaseObject>({ method: 'PUT', path: pathOf(namespace, name), body: { ...lease, spec: next }, timeoutMs: 5000 })
}

const pathOf = (namespace: string, name: string): string => `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`
const durationOf = ({ durationMs = 8_000 }: LeaseOptions): number => durationMs

function conflictIsNothing(error: unknown): undefined {
  if (!(error instanceof KubeError) || error.code !== 'conflict') throw error
}
