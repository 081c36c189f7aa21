import type { Snapshot } from '#judge/snapshot.ts'
import type { Trench } from '#judge/subject.ts'
import type { Log } from '../log.ts'
import type { SweepState, Trouble } from '../store/records.ts'
import type { SweepEvent, SweepReport } from '../sweep/report.ts'
import { EventLine } from './event-line.ts'
import type { Sweeper } from './sweeper.ts'

/** Where a run's results go. */
export interface Keeper {
  report(report: SweepReport, snapshots: readonly Snapshot[]): Promise<void>
  /** adds to a report what belongs to it, before it is kept */
  attach?(report: SweepReport): SweepReport
  end(state: SweepState, problem?: Trouble): Promise<void>
  recall(report: string): Promise<SweepReport | undefined>
}

export interface RunOptions {
  readonly id: string
  readonly trenches: readonly Trench[]
  readonly sweeper: Pick<Sweeper, 'sweep'>
  readonly keeper: Keeper
  readonly log: Log
}

/** One sweep under way. A report is told when it is kept; one that could not be kept is told after the problem, and the sweep is `failed`. */
export class Run {
  readonly id: string
  readonly trenches: readonly Trench[]
  readonly events = new EventLine()
  /** resolves when the end is kept, or could not be; never rejects */
  readonly ended: Promise<SweepState>
  readonly #abort = new AbortController()
  readonly #keeper: Keeper
  /** reports that are kept and not told yet, with what was attached */
  readonly #attached = new Map<string, SweepReport>()
  readonly #log: Log
  #state: SweepState = 'running'
  #problem: Trouble | undefined

  constructor({ id, trenches, sweeper, keeper, log }: RunOptions) {
    this.id = id
    this.trenches = trenches
    this.#keeper = keeper
    this.#log = log
    this.events.push({ type: 'started', sweep: id, trenches: trenches.map(trench => trench.id) })
    this.ended = this.#sweep(sweeper)
  }

  get state(): SweepState {
    return this.#state
  }

  get problem(): Trouble | undefined {
    return this.#problem
  }

  /** Trenches not reported yet are given up. After the end: nothing. */
  cancel(reason: string): void {
    if (this.#state !== 'running' || this.#abort.signal.aborted) return
    this.#problem ??= { code: 'cancelled', detail: reason }
    this.#abort.abort(new Error(reason))
  }

  async #sweep(sweeper: Pick<Sweeper, 'sweep'>): Promise<SweepState> {
    let state: SweepState = 'done'
    try {
      await sweeper.sweep(this.trenches, {
        signal: this.#abort.signal,
        onEvent: event => this.#tell(event),
        keep: ({ report, snapshots }) => this.#keep(report, snapshots),
      })
      state = this.#abort.signal.aborted ? 'cancelled' : this.#problem ? 'failed' : 'done'
    } catch (error) {
      this.#trouble(error)
      state = 'failed'
    }
    await this.#keeper.end(state, this.#problem).catch((error: unknown) => this.#trouble(error))
    this.#state = state
    this.events.push({ type: 'ended', sweep: this.id, state, ...(this.#problem && { problem: this.#problem }) })
    this.events.end()
    return state
  }

  async #keep(seen: SweepReport, snapshots: readonly Snapshot[]): Promise<void> {
    const report = this.#keeper.attach?.(seen) ?? seen
    this.#attached.set(report.id, report)
    await this.#keeper.report(report, snapshots).catch((error: unknown) => this.#trouble(error, report.trench.id))
  }

  #tell(seen: SweepEvent): void {
    if (seen.type !== 'report') return this.events.push(seen)
    const { trench, report: { id } } = seen
    const event = { ...seen, report: this.#attached.get(id) ?? seen.report }
    this.#attached.delete(id)
    if (this.#problem) return this.events.push(event)
    this.events.push(event, async cursor => {
      const report = await this.#keeper.recall(id)
      return report && { cursor, type: 'report', trench, report }
    })
  }

  #trouble(error: unknown, trench?: string): void {
    const { code = 'internal', message = String(error) } = error as { code?: string; message?: string }
    this.#problem ??= { code, detail: message }
    this.#log.error({ err: error, ...(trench && { trench }) }, 'sweep not kept')
    this.events.push({ type: 'problem', code, detail: message, ...(trench !== undefined && { trench }) })
  }
}
