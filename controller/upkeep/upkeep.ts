import { hostname } from 'node:os'
import type { KubeClient } from '../cluster/client.ts'
import { InjectError } from '../cluster/inject-error.ts'
import type { Injector } from '../cluster/injector.ts'
import { type KillSwitch, openKillSwitch } from '../cluster/kill-switch.ts'
import { type HeldLease, takeLease } from '../cluster/lease.ts'
import { podText } from '../cluster/pod.ts'
import type { WatchTiming } from '../cluster/watch-health.ts'
import type { ProbeRegistry } from '../link/registry.ts'
import type { Log } from '../log.ts'

export interface UpkeepOptions {
  readonly client: KubeClient
  /** the controller's own; empty: not in a cluster, there is neither lease nor kill switch */
  readonly namespace: string
  readonly log: Log
  readonly signal: AbortSignal
  /** default: host name and process id; a container that is started again has the same */
  readonly identity?: string
  readonly leaseMs?: number
  readonly timing?: Partial<WatchTiming>
}

/** Waits for the lease, looks at the kill switch. @throws {KubeError} when either cannot be read */
export async function openUpkeep(options: UpkeepOptions): Promise<Upkeep> {
  const { client, namespace, log, signal, identity = `${hostname()}/${process.pid}`, leaseMs, timing } = options
  if (namespace === '') return new Upkeep({ log })
  const lease = await takeLease({ client, namespace, name: 'trenchscope-controller', identity, log, signal, ...(leaseMs !== undefined && { durationMs: leaseMs }) })
  try {
    const upkeep = new Upkeep({ log, lease })
    upkeep.watch(await openKillSwitch({ client, namespace, log, onChange: reason => upkeep.switched(reason), ...(timing && { timing }) }))
    return upkeep
  } catch (error) {
    await lease.close()
    throw error
  }
}

/** Whether this controller may put anything into pods, and the end of its probes when nobody may. */
export class Upkeep {
  readonly #log: Log
  readonly #lease: HeldLease | undefined
  #killSwitch: KillSwitch | undefined
  #registry: ProbeRegistry | undefined

  constructor({ log, lease }: { readonly log: Log; readonly lease?: HeldLease }) {
    this.#log = log
    this.#lease = lease
  }

  /** aborts when another controller may work in our place: the process must end */
  get lost(): AbortSignal | undefined {
    return this.#lease?.lost
  }

  /** the fencing token; 0 without a lease */
  get token(): number {
    return this.#lease?.token ?? 0
  }

  watch(killSwitch: KillSwitch): void {
    this.#killSwitch = killSwitch
  }

  /** From now on these probes end while the kill switch is set, also those that come later. */
  guard(registry: ProbeRegistry): void {
    this.#registry = registry
    registry.on('connected', link => {
      const { reason } = this.#killSwitch ?? {}
      if (reason !== undefined) link.goodbye('killed', reason)
    })
    const { reason } = this.#killSwitch ?? {}
    if (reason !== undefined) this.switched(reason)
  }

  /** For the kill switch. */
  switched(reason: string | undefined): void {
    this.#log.warn({ reason }, reason === undefined ? 'kill switch is not set' : 'kill switch is set')
    if (reason !== undefined) this.end(reason)
  }

  /** Tells connected probes to end, everywhere or in one namespace; one that waits for an nfqlb client lets it finish first. @returns their pods (`namespace/name`) */
  end(reason: string, namespace?: string): readonly string[] {
    const probes = (this.#registry?.probes() ?? []).filter(({ pod }) => namespace === undefined || pod.startsWith(`${namespace}/`))
    for (const link of probes) link.goodbye('killed', reason)
    return probes.map(({ pod }) => pod)
  }

  /** Why nothing may be put into pods now. */
  refusal(): { readonly code: 'kill-switch' | 'lease-lost'; readonly words: string } | undefined {
    const { reason } = this.#killSwitch ?? {}
    if (reason !== undefined) return { code: 'kill-switch', words: reason }
    return this.#lease && !this.#lease.valid ? { code: 'lease-lost', words: 'this controller\'s lease is not renewed' } : undefined
  }

  /** The injector, as long as nothing speaks against it. */
  guarded(injector: Pick<Injector, 'inject' | 'ended'>): Pick<Injector, 'inject' | 'ended'> {
    return {
      ended: (injected, signal) => injector.ended(injected, signal),
      inject: async (ref, options) => {
        const refusal = this.refusal()
        if (refusal) throw new InjectError(refusal.code, podText(ref), refusal.words)
        return injector.inject(ref, options)
      },
    }
  }

  /** For `/readyz`. */
  problems(): readonly string[] {
    return [this.#killSwitch?.reason, this.#killSwitch?.problem, this.#lease && !this.#lease.valid ? 'the lease is not renewed' : undefined].filter(problem => problem !== undefined)
  }

  /** Safe twice; the lease is given back last, when nothing of ours can act any more. */
  async close(): Promise<void> {
    await this.#killSwitch?.close()
    await this.#lease?.close()
  }
}
