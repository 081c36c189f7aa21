import { randomUUID } from 'node:crypto'
import type { Trench } from '#judge/subject.ts'
import type { Log } from '../log.ts'
import type { SweepRecord, SweepState } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { countVerdicts, type SweepEvent, type SweepReport } from '../sweep/report.ts'
import { Histogram } from './histogram.ts'
import { notifyChanges, type Sink } from './notify.ts'
import { type Keeper, Run } from './run.ts'
import { type Selection, SelectionError, type Sweeper, TooManySweepsError } from './sweeper.ts'

export interface RunRequest {
  readonly selection: Selection
  /** default: those of the selection */
  readonly trenches?: readonly Trench[]
  readonly startedBy: string
  readonly origin: string
  /** default: a new one */
  readonly id?: string
  /** the sweep notices compare with; default: what was there before */
  readonly baseline?: string
}

export interface RunsOptions {
  readonly sweeper: Sweeper
  readonly store: Store
  readonly log: Log
  /** adds to a report what belongs to it, before it is kept */
  readonly attach?: (report: SweepReport) => SweepReport
  /** told what each sweep changed */
  readonly sinks?: readonly Sink[]
  /** how long the events of a run that ended can still be read; default 300000 */
  readonly lingerMs?: number
  /** memory that the events of all runs that ended may hold, the oldest go first; default 64 MiB */
  readonly lingerBytes?: number
  /** Unix ms */
  readonly now?: () => number
}

/** that may run, or wait for each other, at once */
const maxRunning = 100

/** Every sweep of this controller: what runs now, and for a while what ran. Each is in the store before it is told of. */
export class Runs {
  /** since the start */
  readonly statistics = {
    swept: { done: 0, cancelled: 0, failed: 0, interrupted: 0, running: 0 } as Record<SweepState, number>,
    verdicts: countVerdicts([]) as Record<keyof SweepReport['counts'], number>,
    trenchSeconds: new Histogram([0.5, 1, 2, 5, 10, 20, 30, 60, 120]),
  }
  readonly #options: RunsOptions
  readonly #runs = new Map<string, Run>()
  /** of each run that runs, or has not told yet what it changed */
  readonly #open = new Set<Promise<void>>()
  /** sweeps that are being kept as begun */
  readonly #beginning = new Set<Promise<Run>>()
  #kept = Promise.withResolvers<void>()
  #closed = false

  constructor(options: RunsOptions) {
    this.#options = options
  }

  /** Resolves as soon as the sweep is kept as begun. @throws {SelectionError} {TooManySweepsError} {StoreError} */
  start(request: RunRequest): Promise<Run> {
    const beginning = this.#begin(request)
    this.#beginning.add(beginning)
    return beginning.finally(() => this.#beginning.delete(beginning))
  }

  async #begin({ selection, trenches = this.#options.sweeper.trenches(selection), startedBy, origin, id = randomUUID(), baseline }: RunRequest): Promise<Run> {
    const { store, sweeper, log, sinks = [], now = Date.now, lingerMs = 300_000, attach } = this.#options
    if (trenches.length === 0) throw new SelectionError(selection)
    if (this.#closed) throw new Error('the controller is closing')
    if (this.running + this.#beginning.size >= maxRunning) throw new TooManySweepsError(`${maxRunning} sweeps run at once, no more`)
    await store.beginSweep({ id, selection, startedBy, origin, startedAt: now(), trenches })
    const keeper: Keeper = {
      ...(attach && { attach }),
      report: async (report, snapshots) => {
        this.#count(report)
        await store.saveReport({ sweep: id, report, snapshots })
        this.#kept.resolve()
        this.#kept = Promise.withResolvers()
      },
      end: (state, problem) => store.endSweep({ id, state, endedAt: now(), ...(problem && { problem }) }),
      recall: report => store.report(report),
    }
    const run = new Run({ id, trenches, sweeper, keeper, log: log.child({ sweep: id }) })
    this.#runs.set(id, run)
    const over = run.ended.then(async state => {
      this.statistics.swept[state]++
      setTimeout(() => this.#runs.delete(id), lingerMs).unref()
      this.#letGo()
      // whatever its end: the next sweep compares with the reports that were kept
      await notifyChanges({ sweep: id, origin, at: now(), ...(baseline !== undefined && { baseline }) }, { store, sinks, log })
      this.#open.delete(over)
    })
    this.#open.add(over)
    return run
  }

  /** A run whose events can be read: one that runs, or ended a short while ago. */
  get(id: string): Run | undefined {
    return this.#runs.get(id)
  }

  /** resolves when the next report is kept */
  get kept(): Promise<void> {
    return this.#kept.promise
  }

  get running(): number {
    return [...this.#runs.values()].filter(run => run.state === 'running').length
  }

  /** Sweeps, hands on what happens and returns the reports; `signal` cancels. @throws {SelectionError} {StoreError} */
  async sweep(selection: Selection, { signal, onEvent, startedBy, origin }: { readonly signal: AbortSignal; readonly onEvent: (event: SweepEvent) => void } & Pick<SweepRecord, 'startedBy' | 'origin'>): Promise<readonly SweepReport[]> {
    const run = await this.start({ selection, startedBy, origin })
    const cancel = (): void => run.cancel('the caller gave up')
    signal.addEventListener('abort', cancel, { once: true })
    if (signal.aborted) cancel()
    const reports: SweepReport[] = []
    for await (const event of run.events.read(0, new AbortController().signal)) {
      if (event.type === 'report') reports.push(event.report)
      if (event.type !== 'started' && event.type !== 'problem' && event.type !== 'ended' && event.type !== 'dropped') onEvent(event)
    }
    signal.removeEventListener('abort', cancel)
    return reports
  }

  /** Cancels what runs and waits until that is kept and told. Safe twice. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#beginning)
    for (const run of this.#runs.values()) run.cancel('the controller ends')
    await Promise.all(this.#open)
    this.#runs.clear()
  }

  #letGo(): void {
    let left = this.#options.lingerBytes ?? 64 << 20
    for (const run of [...this.#runs.values()].reverse()) {
      if (run.state !== 'running' && (left -= run.events.bytes) < 0) this.#runs.delete(run.id)
    }
  }

  #count({ startedAt, endedAt, counts }: SweepReport): void {
    this.statistics.trenchSeconds.observe((endedAt - startedAt) / 1000)
    for (const kind of Object.keys(counts) as (keyof typeof counts)[]) this.statistics.verdicts[kind] += counts[kind]
  }
}
