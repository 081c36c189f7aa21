import type { Profile } from '#judge/profile.ts'
import type { Trench } from '#judge/subject.ts'
import type { ClusterInventory } from '../cluster/inventory.ts'
import type { ProbeRegistry } from '../link/registry.ts'
import type { Log } from '../log.ts'
import { clusterSource } from './cluster-source.ts'
import type { Reach } from './reach.ts'
import type { SweepEvent, SweepReport } from './report.ts'
import { sweepTrench } from './sweep.ts'

export interface FleetOptions {
  readonly config: { readonly askTimeoutMs: number; readonly lookAgainMs: number; readonly sweepDeadlineMs: number; readonly sweepConcurrency: number }
  readonly profile: Profile
  readonly inventory: ClusterInventory
  readonly reach: Reach
  readonly registry: ProbeRegistry
  /** requests to the API server so far, by kind */
  readonly counts: () => object
  readonly log: Log
}

interface Selection { readonly namespace?: string; readonly trench?: string }

/** Sweeps over any number of trenches, and what is known of them and of the probes. */
export class Fleet {
  readonly #options: FleetOptions

  constructor(options: FleetOptions) {
    this.#options = options
  }

  trenches({ namespace, trench }: Selection = {}): readonly Trench[] {
    return this.#options.profile.trenches(this.#options.inventory).filter(known => (namespace === undefined || known.namespace === namespace) && (trench === undefined || known.name === trench))
  }

  probes() {
    return this.#options.registry.probes().map(probe => ({ pod: probe.pod, container: probe.container, version: probe.version, state: 'connected' as const, ...probe.cost }))
  }

  health() {
    const { connected, welcomed, refused } = this.#options.registry.counts()
    const refusals = Object.fromEntries(Object.entries(refused).map(([reason, count]) => [`refused.${reason}`, count]))
    return { problems: this.#options.inventory.problems().map(({ plural, namespace, message }) => `${namespace ? `${namespace}/` : ''}${plural}: ${message}`), counters: { connected, welcomed, ...refusals } }
  }

  /** Reports in the order of `trenches`; never rejects for what can go wrong in a trench. */
  async sweep(selection: Selection, { signal, onEvent }: { readonly signal: AbortSignal; readonly onEvent: (event: SweepEvent) => void }): Promise<readonly SweepReport[]> {
    const waiting = [...this.trenches(selection).entries()]
    const reports: SweepReport[] = []
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) reports[next[0]] = await this.#sweepOne(next[1], signal, onEvent)
    }
    await Promise.all(Array.from({ length: this.#options.config.sweepConcurrency }, worker))
    return reports
  }

  async #sweepOne(trench: Trench, signal: AbortSignal, onEvent: (event: SweepEvent) => void): Promise<SweepReport> {
    const { config, profile, inventory, reach } = this.#options
    const log = this.#options.log.child({ trench: `${trench.namespace}/${trench.name}` })
    const now = Date.now
    const { report } = await sweepTrench({
      profile, trench, now, signal, onEvent,
      askTimeoutMs: config.askTimeoutMs, lookAgainMs: config.lookAgainMs, deadlineMs: config.sweepDeadlineMs,
      reach: (subject, until) => reach.probeOf(subject, until),
      cluster: () => clusterSource({ inventory, now, problem: plural => inventory.problem(plural, trench.namespace), get: (plural, namespace, name) => inventory.fetch(plural, namespace, name, signal) }),
    })
    log.info({ sweep: report.id, ms: report.endedAt - report.startedAt, ...report.counts }, 'trench swept')
    return report
  }
}
