import { randomUUID } from 'node:crypto'
import type { Reader } from '#judge/plan.ts'
import type { Profile } from '#judge/profile.ts'
import type { Snapshot } from '#judge/snapshot.ts'
import type { Trench } from '#judge/subject.ts'
import { Gate } from '../cluster/gate.ts'
import type { ClusterInventory } from '../cluster/inventory.ts'
import { Lanes } from '../cluster/lanes.ts'
import type { Readings } from '../cluster/readings.ts'
import type { ProbeRegistry } from '../link/registry.ts'
import type { Log } from '../log.ts'
import { clusterSource } from './cluster-source.ts'
import { observeTrench, type PassOptions } from './pass.ts'
import type { Reach } from './reach.ts'
import type { SweepEvent, SweepReport } from './report.ts'
import { type Sweep, sweepTrench } from './sweep.ts'

export interface FleetOptions {
  readonly config: { readonly askTimeoutMs: number; readonly lookAgainMs: number; readonly sweepDeadlineMs: number; readonly sweepConcurrency: number }
  readonly profile: Profile
  readonly inventory: ClusterInventory
  readonly readings: Readings
  readonly reach: Reach
  readonly registry: ProbeRegistry
  readonly log: Log
}

export interface FleetSweepOptions {
  readonly signal: AbortSignal
  readonly onEvent: (event: SweepEvent) => void
  readonly keep?: (sweep: Sweep) => Promise<void>
}

interface Selection { readonly namespace?: string; readonly trench?: string }

/** Sweeps over any number of trenches, and what is known of them and of the probes. */
export class Fleet {
  readonly #options: FleetOptions
  /** one sweep at a time in a trench: two would ask its pods twice, and the one that began earlier would be told last */
  readonly #trenches = new Lanes(1)
  readonly #swept: Gate

  constructor(options: FleetOptions) {
    this.#options = options
    this.#swept = new Gate({ inFlight: options.config.sweepConcurrency, queue: 10_000 })
  }

  trenches({ namespace, trench }: Selection = {}): readonly Trench[] {
    return this.#options.profile.trenches(this.#options.inventory).filter(known => (namespace === undefined || known.namespace === namespace) && (trench === undefined || known.name === trench))
  }

  health() {
    const { connected, welcomed, refused } = this.#options.registry.counts()
    const refusals = Object.fromEntries(Object.entries(refused).map(([reason, count]) => [`refused.${reason}`, count]))
    // what is not installed (Meridio's resources, of a Helm deployment) leaves nothing unseen
    return { problems: this.#options.inventory.problems().filter(({ code }) => code !== 'not-found').map(({ plural, namespace, message }) => `${namespace ? `${namespace}/` : ''}${plural}: ${message}`), counters: { connected, welcomed, ...refusals } }
  }

  /**
   * Reports in the order of `trenches`; what can go wrong out there is in them. `keep` is called with each report and what it was judged from, and waited for, before the report is told.
   * At most `sweepConcurrency` trenches are swept at once, whoever asked, and each by one sweep: the next waits for its turn.
   * Once `signal` says so nothing more is reported: what was cut off would look like what could not be seen.
   * @throws {Error} when all others are reported, for a trench in which a fault of our own ended the sweep
   */
  async sweep(trenches: readonly Trench[], options: FleetSweepOptions): Promise<readonly SweepReport[]> {
    const waiting = [...trenches.entries()]
    const reports: SweepReport[] = []
    const broken: Error[] = []
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next && !options.signal.aborted; next = waiting.shift()) {
        const [index, trench] = next
        try {
          const report = await this.#inTurn(trench, options)
          if (report) reports[index] = report
        } catch (cause) {
          broken.push(new Error(`${trench.namespace}/${trench.name} was not swept: ${cause instanceof Error ? cause.message : String(cause)}`, { cause }))
        }
      }
    }
    await Promise.all(Array.from({ length: this.#options.config.sweepConcurrency }, worker))
    if (broken.length > 0) throw new AggregateError(broken, `${broken[0]?.message}${broken.length > 1 ? ` (and ${broken.length - 1} more trenches)` : ''}`)
    return reports.filter(report => report !== undefined)
  }

  /** Reads once what `reader` reads of a trench, from every pod that can be reached. */
  observe(trench: Trench, reader: Reader, signal: AbortSignal): Promise<Snapshot> {
    const { config, profile } = this.#options
    return observeTrench({ profile, trench, checks: [reader], pass: randomUUID(), now: Date.now, signal, onEvent: () => {}, askTimeoutMs: config.askTimeoutMs, ...this.#sources(trench, signal) })
  }

  /** Undefined: given up. The next sweep of the trench begins when this report is kept. */
  async #inTurn(trench: Trench, options: FleetSweepOptions): Promise<SweepReport | undefined> {
    const leave = await this.#turn(trench, options.signal)
    try {
      if (!leave) return undefined
      const { report, snapshots } = await this.#sweepOne(trench, options)
      if (options.signal.aborted) return undefined
      await options.keep?.({ report, snapshots })
      options.onEvent({ type: 'report', trench: trench.id, report })
      return report
    } finally {
      leave?.()
    }
  }

  /** Resolves with the way out; undefined when it was given up before. */
  async #turn({ id }: Trench, signal: AbortSignal): Promise<(() => void) | undefined> {
    const leaves: (() => void)[] = []
    const leave = (): void => leaves.forEach(each => each())
    try {
      leaves.push(await this.#trenches.enter(id, signal))
      leaves.push(await this.#swept.enter(signal))
      return leave
    } catch (error) {
      leave()
      if (signal.aborted) return undefined
      throw error
    }
  }

  async #sweepOne(trench: Trench, { signal, onEvent }: FleetSweepOptions): Promise<Sweep> {
    const { config, profile } = this.#options
    const log = this.#options.log.child({ trench: `${trench.namespace}/${trench.name}` })
    const now = Date.now
    const swept = await sweepTrench({
      profile, trench, now, signal, onEvent: event => event.type !== 'report' && onEvent(event),
      askTimeoutMs: config.askTimeoutMs, lookAgainMs: config.lookAgainMs, deadlineMs: config.sweepDeadlineMs,
      ...this.#sources(trench, signal),
    })
    const { report } = swept
    log.info({ report: report.id, ms: report.endedAt - report.startedAt, ...report.counts }, 'trench swept')
    return swept
  }

  /** Where a trench's facts come from. */
  #sources(trench: Trench, signal: AbortSignal): Pick<PassOptions, 'reach' | 'cluster'> {
    const { inventory, readings, reach } = this.#options
    return {
      reach: (subject, until) => reach.probeOf(subject, until),
      cluster: () => clusterSource({
        inventory, now: Date.now,
        watched: (plural, namespace) => inventory.watches(plural, namespace),
        problem: plural => inventory.problem(plural, trench.namespace),
        get: (plural, namespace, name) => inventory.fetch(plural, namespace, name, signal),
        list: query => readings.list(query),
        log: query => readings.log(query),
      }),
    }
  }
}
