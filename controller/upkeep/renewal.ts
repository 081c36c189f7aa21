import type { ClusterInventory } from '../cluster/inventory.ts'
import { maxEntries } from '../cluster/adopt.ts'
import type { PodRef } from '../cluster/pod.ts'
import type { ProbeLink } from '../link/link.ts'
import type { ProbeRegistry } from '../link/registry.ts'
import type { Log } from '../log.ts'

export interface RenewalOptions {
  readonly registry: Pick<ProbeRegistry, 'probes' | 'forget'>
  readonly inventory: Pick<ClusterInventory, 'pod'>
  /** what probes run from now on */
  readonly image: string
  /** Resolves when another probe of the pod is connected; `avoid` are the containers it must not be. Rejects with the reason. */
  readonly put: (pod: PodRef, avoid: readonly string[], signal: AbortSignal) => Promise<unknown>
  /** why nothing may be put into pods now */
  readonly refusal: () => string | undefined
  readonly log: Log
  /** an old probe goes when it has a successor and nobody has wanted anything of it for so long (no trace runs on it, no ring is armed); default 15000: a sweep looks again after a second */
  readonly quietMs?: number
  /** between looks; default 5000 */
  readonly everyMs?: number
  /** after a pod has refused a successor; default one hour */
  readonly retryMs?: number
}

/** entries of a pod that are left for probes that die */
const spareEntries = 4
const atOnce = 2
const putMs = 60_000

/**
 * After an upgrade: beside every probe of another image comes one of ours; when it is there and the old one is idle, the old one is told to end. Until then both serve. Few at once, and never where
 * the pod has had nearly all the ephemeral containers it may have: there the old probe stays.
 */
export class Renewal {
  readonly #options: RenewalOptions
  readonly #stop = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #putting = new Set<string>()
  /** pod UID → performance.now() before which it is not tried again */
  readonly #later = new Map<string, number>()

  constructor(options: RenewalOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.look(), options.everyMs ?? 5000).unref()
  }

  /** Probes of another image than ours. */
  outdated(): readonly ProbeLink[] {
    return this.#options.registry.probes().filter(link => this.#imageOf(link) !== undefined && this.#imageOf(link) !== this.#options.image)
  }

  /** Takes the next steps; called at intervals by itself. */
  look(): void {
    const { registry, refusal, quietMs = 15_000, log } = this.#options
    if (refusal() !== undefined) return
    for (const old of this.outdated()) {
      const successor = registry.probes().find(link => link.podUid === old.podUid && this.#imageOf(link) === this.#options.image)
      if (!successor) this.#put(old)
      else if (old.idleMs >= quietMs) {
        log.info({ pod: old.pod, container: old.container, version: old.version, successor: successor.container }, 'old probe told to end')
        void registry.forget(old.session, `${successor.container} has taken over`)
      }
    }
  }

  close(): void {
    clearInterval(this.#timer)
    this.#stop.abort(new Error('the controller ends'))
  }

  #put(old: ProbeLink): void {
    const { inventory, put, log, retryMs = 3_600_000 } = this.#options
    const [namespace = '', name = ''] = old.pod.split('/')
    const entries = inventory.pod(namespace, name)?.spec.ephemeralContainers ?? []
    if (this.#putting.size >= atOnce || this.#putting.has(old.podUid) || (this.#later.get(old.podUid) ?? 0) > performance.now() || entries.length > maxEntries - spareEntries) return
    const avoid = entries.filter(entry => entry.image !== this.#options.image).map(entry => entry.name)
    this.#putting.add(old.podUid)
    put({ namespace, name, uid: old.podUid }, avoid, AbortSignal.any([this.#stop.signal, AbortSignal.timeout(putMs)]))
      .catch((err: unknown) => {
        if (this.#stop.signal.aborted) return
        this.#later.set(old.podUid, performance.now() + retryMs)
        log.warn({ pod: old.pod, container: old.container, err }, 'no successor for an old probe')
      })
      .finally(() => this.#putting.delete(old.podUid))
  }

  #imageOf({ pod, container }: ProbeLink): string | undefined {
    const [namespace = '', name = ''] = pod.split('/')
    return this.#options.inventory.pod(namespace, name)?.spec.ephemeralContainers?.find(entry => entry.name === container)?.image
  }
}
