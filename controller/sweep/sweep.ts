import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { explainVerdicts } from '#judge/causes.ts'
import { judgeSnapshot } from '#judge/judge.ts'
import type { Verdict } from '#judge/finding.ts'
import { dependenciesOf } from '#judge/plan.ts'
import type { Snapshot } from '#judge/snapshot.ts'
import { subjectKey } from '#judge/subject.ts'
import { lookTwice } from './again.ts'
import { observeTrench, type PassOptions } from './pass.ts'
import { reportOf, type SweepEvent, type SweepReport } from './report.ts'

export interface SweepOptions extends Omit<PassOptions, 'pass' | 'checks' | 'onSight' | 'signal'> {
  /** wait before what failed is looked at again */
  readonly lookAgainMs: number
  /** the whole sweep ends by then, whatever hangs */
  readonly deadlineMs: number
  readonly signal?: AbortSignal
}

export interface Sweep {
  readonly report: SweepReport
  /** what the report was judged from: the last look at each check */
  readonly snapshots: readonly Snapshot[]
}

/** Plan → reach → observe → judge → look again at what failed → explain. Verdicts stream through `onEvent` as their reads land. */
export async function sweepTrench(options: SweepOptions): Promise<Sweep> {
  const { profile, trench, now, onEvent } = options
  const id = randomUUID()
  const startedAt = now()
  const signal = AbortSignal.any([AbortSignal.timeout(options.deadlineMs), ...(options.signal ? [options.signal] : [])])
  onEvent({ type: 'planned', trench: trench.id, pods: trench.pods.length, checks: profile.checks.length })

  const stream = new VerdictStream(options)
  const first = await observeTrench({ ...options, signal, checks: profile.checks, pass: `${id}.1`, onSight: soFar => stream.offer(soFar) })
  const once = judgeSnapshot(profile.checks, first)
  stream.rest(once)

  const failed = new Set(once.filter(({ verdict }) => verdict === 'fail').map(({ check }) => check))
  const snapshots = [first]
  let verdicts = once
  if (failed.size > 0 && !signal.aborted) {
    await delay(options.lookAgainMs, undefined, { signal }).catch(() => undefined)
    const checks = profile.checks.filter(({ id }) => failed.has(id))
    const second = await observeTrench({ ...options, trench: first.trench, signal, checks, pass: `${id}.2` })
    snapshots.push(second)
    verdicts = lookTwice({ verdicts: once, snapshot: first }, { verdicts: judgeSnapshot(checks, second), snapshot: second })
  }
  const explained = explainVerdicts(verdicts, profile.checks, profile.standing?.(first))
  for (const verdict of explained) if (failed.has(verdict.check)) onEvent({ type: 'verdict', trench: trench.id, verdict, final: true })
  const report = reportOf({ id, startedAt, endedAt: now(), first, verdicts: explained })
  onEvent({ type: 'report', trench: trench.id, report })
  return { report, snapshots }
}

/** Emits each verdict once, when everything its check reads has landed. */
class VerdictStream {
  readonly #options: SweepOptions
  readonly #told = new Set<string>()
  readonly #done = new Set<string>()

  constructor(options: SweepOptions) {
    this.#options = options
  }

  offer(soFar: Snapshot): void {
    const landed = new Set(soFar.sights.filter(sight => sight.observations.length > 0 || sight.unreachable !== undefined).map(({ subject }) => subjectKey(subject)))
    const ready = this.#options.profile.checks.filter(check => {
      if (this.#done.has(check.id)) return false
      const needs = dependenciesOf(check, soFar.trench)
      return needs.waves === 1 && needs.subjects.every(subject => landed.has(subject))
    })
    for (const check of ready) this.#done.add(check.id)
    this.#tell(judgeSnapshot(ready, soFar))
  }

  rest(verdicts: readonly Verdict[]): void {
    this.#tell(verdicts)
  }

  #tell(verdicts: readonly Verdict[]): void {
    for (const verdict of verdicts) {
      const key = `${verdict.check} ${subjectKey(verdict.subject)}`
      if (this.#told.has(key)) continue
      this.#told.add(key)
      const event: SweepEvent = { type: 'verdict', trench: this.#options.trench.id, verdict, final: verdict.verdict !== 'fail' }
      this.#options.onEvent(event)
    }
  }
}
