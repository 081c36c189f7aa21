import { setTimeout as delay } from 'node:timers/promises'
import { Cron } from 'croner'
import type { Trench } from '#judge/subject.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'
import type { Runs } from './runs.ts'
import type { Selection } from './sweeper.ts'

/** A sweep by the clock. */
export interface Schedule<Owner = unknown> {
  readonly id: string
  readonly selection: Selection
  /** five fields, as crontab(5) */
  readonly cron: string
  /** IANA name */
  readonly timeZone: string
  /** up to so many seconds later, at random, so that a fleet is not swept in one moment */
  readonly jitterS: number
  /** while the one before still runs: leave this one out, or end that one */
  readonly overlap: 'skip' | 'replace'
  /** notices compare with this sweep; absent: with what was there before */
  readonly baseline?: string
  /** who made it: each run needs the rights he has by then */
  readonly owner: Owner
  readonly ownerName: string
}

export interface SchedulerOptions {
  readonly store: Store
  readonly runs: Runs
  /** the trenches the owner may look at now; writes the audit. Rejects with why there are none. */
  readonly prepare: (schedule: Schedule) => Promise<readonly Trench[]>
  readonly log: Log
  readonly random?: () => number
}

/** @throws {Error} in words for the caller: a pattern or a time zone that does not exist */
export function checkCron(cron: string, timeZone: string): void {
  if (new Cron(cron, { paused: true, timezone: timeZone, mode: '5-part' }).nextRun() === null) throw new Error(`${cron} never comes`)
}

/** Runs sweeps by the clock. What would have run while no controller did is not made up for. */
export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #clocks = new Map<string, Cron>()
  /** of each schedule that begins a run: when it has */
  readonly #turns = new Map<string, Promise<void>>()
  readonly #closing = new AbortController()

  constructor(options: SchedulerOptions) {
    this.#options = options
  }

  /** Sets the clocks of what is kept. One that cannot be set (a time zone this Node does not know) is logged, and has no next run. */
  async open(): Promise<void> {
    const { store, log } = this.#options
    for (const { id, body } of await store.schedules()) {
      try {
        this.#arm(body as Schedule)
      } catch (err) {
        log.error({ err, schedule: id }, 'schedule not set')
      }
    }
  }

  async put(schedule: Schedule): Promise<void> {
    const { namespace } = schedule.selection
    await this.#options.store.putSchedule({ id: schedule.id, body: schedule, ...(namespace !== undefined && { namespace }) })
    this.#arm(schedule)
  }

  async drop(id: string): Promise<void> {
    await this.#options.store.dropSchedule(id)
    this.#clocks.get(id)?.stop()
    this.#clocks.delete(id)
  }

  nextAt(id: string): number | undefined {
    return this.#clocks.get(id)?.nextRun()?.getTime()
  }

  /** Runs it now, out of turn. Undefined: left out, the one before still runs. Rejects with why it cannot. */
  run(schedule: Schedule): Promise<string | undefined> {
    const { id } = schedule
    // one after the other: until it is noted which sweep a run began, the next could not see that it runs
    const begun = (this.#turns.get(id) ?? Promise.resolve()).then(() => this.#begin(schedule))
    const over = begun.catch(() => undefined).then(() => {
      if (this.#turns.get(id) === over) this.#turns.delete(id)
    })
    this.#turns.set(id, over)
    return begun
  }

  async #begin(schedule: Schedule): Promise<string | undefined> {
    const { store, runs, prepare, log } = this.#options
    const last = (await store.schedule({ id: schedule.id }))?.lastSweep
    const before = last === undefined ? undefined : runs.get(last)
    if (before?.state === 'running') {
      log.warn({ schedule: schedule.id, sweep: last, overlap: schedule.overlap }, 'schedule overtook itself')
      if (schedule.overlap === 'skip') return undefined
      before.cancel(`the next run of schedule ${schedule.id}`)
      await before.ended
    }
    const trenches = await prepare(schedule)
    const { id } = await runs.start({ selection: schedule.selection, trenches, startedBy: schedule.ownerName, origin: `schedule/${schedule.id}`, ...(schedule.baseline !== undefined && { baseline: schedule.baseline }) })
    await store.noteRun({ id: schedule.id, sweep: id, at: Date.now() })
    return id
  }

  /** Safe twice. */
  close(): void {
    this.#closing.abort(new Error('the controller ends'))
    for (const clock of this.#clocks.values()) clock.stop()
    this.#clocks.clear()
  }

  #arm(schedule: Schedule): void {
    const { log, random = Math.random } = this.#options
    this.#clocks.get(schedule.id)?.stop()
    const due = async (): Promise<void> => {
      try {
        await delay(random() * schedule.jitterS * 1000, undefined, { signal: this.#closing.signal, ref: false })
        // ended or replaced meanwhile
        if (this.#clocks.get(schedule.id) === clock) await this.run(schedule)
      } catch (err) {
        if (!this.#closing.signal.aborted) log.error({ err, schedule: schedule.id }, 'schedule did not run')
      }
    }
    const clock = new Cron(schedule.cron, { timezone: schedule.timeZone, mode: '5-part', unref: true }, due)
    this.#clocks.set(schedule.id, clock)
  }
}
