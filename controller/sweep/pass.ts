import { type AnyFact, type Observation, type Run } from '#facts/fact.ts'
import { observeFact } from '#facts/read.ts'
import { type Asked, planFirstWave, planSecondWave, type Reader } from '#judge/plan.ts'
import type { Profile } from '#judge/profile.ts'
import { rereadObservations } from '#judge/reread.ts'
import type { Sight, Snapshot } from '#judge/snapshot.ts'
import { type Subject, subjectKey, type Trench } from '#judge/subject.ts'
import type { CommandRecord } from '#facts/fact.ts'
import type { Probe } from '../link/probe.ts'
import type { SweepEvent } from './report.ts'

/** What a pass needs of the world outside. */
export interface PassOptions {
  readonly profile: Profile
  readonly trench: Trench
  readonly checks: readonly Reader[]
  /** names the pass to the probes: equal commands run once in it */
  readonly pass: string
  /** the pod's probe, injected if need be. Rejects with the reason why there is none. */
  readonly reach: (subject: Subject, signal: AbortSignal) => Promise<Probe>
  /** a fresh door to the API server, recording */
  readonly cluster: () => { readonly run: Run; readonly records: () => readonly CommandRecord[] }
  readonly askTimeoutMs: number
  readonly now: () => number
  readonly signal: AbortSignal
  readonly onEvent: (event: SweepEvent) => void
  /** called as subjects finish, so that checks can be judged before the slowest pod has answered */
  readonly onSight?: (soFar: Snapshot) => void
}

/** Observes a trench once, in two waves. Never rejects for what can go wrong out there: an unreachable pod is a sight with the reason. */
export async function observeTrench(options: PassOptions): Promise<Snapshot> {
  const pass = new Pass(options)
  await pass.wave(planFirstWave(options.checks, options.trench))
  pass.dropStrangers()
  await pass.wave(planSecondWave(options.checks, pass.snapshot()))
  return pass.snapshot()
}

class Pass {
  readonly #options: PassOptions
  readonly #sights = new Map<string, Sight>()
  readonly #takenAt: number
  #trench: Trench

  constructor(options: PassOptions) {
    this.#options = options
    this.#trench = options.trench
    this.#takenAt = options.now()
    for (const subject of options.trench.pods) this.#sights.set(subjectKey(subject), { subject, observations: [], records: [] })
  }

  snapshot(): Snapshot {
    return { format: 'trenchscope.snapshot/1', profile: this.#options.profile.id, trench: this.#trench, takenAt: this.#takenAt, sights: [...this.#sights.values()] }
  }

  async wave(plan: readonly Asked[]): Promise<void> {
    await Promise.all(plan.map(async ({ subject, wants }) => {
      const { now, onEvent, onSight } = this.#options
      const startedAt = now()
      const before = this.#sights.get(subjectKey(subject))
      if (before?.unreachable !== undefined) return
      const seen = subject.role === 'cluster' ? await this.#askCluster(wants) : await this.#askPod(subject, wants)
      const observations = await rereadObservations(seen, this.#options.profile.facts)
      this.#sights.set(subjectKey(subject), merge(before ?? { subject, observations: [], records: [] }, { ...seen, observations }))
      if (seen.unreachable === undefined) onEvent({ type: 'observed', trench: this.#trench.id, pod: subjectKey(subject), facts: seen.observations.length, ms: now() - startedAt })
      onSight?.(this.snapshot())
    }))
  }

  dropStrangers(): void {
    const strangers = new Set((this.#options.profile.strangers?.(this.snapshot()) ?? []).map(subjectKey))
    if (strangers.size === 0) return
    this.#trench = { ...this.#trench, pods: this.#trench.pods.filter(pod => !strangers.has(subjectKey(pod))) }
    for (const key of strangers) this.#sights.delete(key)
  }

  async #askCluster(wants: readonly { fact: AnyFact; params: Observation['params'] }[]): Promise<Seen> {
    const { run, records } = this.#options.cluster()
    const observations = await Promise.all(wants.map(({ fact, params }) => observeFact(fact, params, run, this.#options.now)))
    return { observations, records: records() }
  }

  async #askPod(subject: Subject, wants: readonly { fact: AnyFact; params: Observation['params'] }[]): Promise<Seen> {
    const { reach, signal, pass, askTimeoutMs, now, onEvent } = this.#options
    const startedAt = now()
    let probe: Probe
    try {
      probe = await reach(subject, signal)
    } catch (error) {
      const unreachable = error instanceof Error ? error.message : String(error)
      onEvent({ type: 'unreachable', trench: this.#trench.id, pod: subjectKey(subject), reason: unreachable })
      return { observations: [], records: [], unreachable }
    }
    if (!this.#sights.get(subjectKey(subject))?.container) onEvent({ type: 'reached', trench: this.#trench.id, pod: subjectKey(subject), container: probe.container, ...degradedOf(probe), ms: now() - startedAt })
    const answer = await probe.ask(wants.map(({ fact, params }) => ({ fact: fact.id, params })), { pass, timeoutMs: askTimeoutMs, signal })
    return { ...answer, container: probe.container, ...degradedOf(probe) }
  }
}

interface Seen {
  readonly observations: readonly Observation[]
  readonly records: readonly CommandRecord[]
  readonly container?: string
  readonly degraded?: string
  readonly unreachable?: string
}

function degradedOf({ degraded }: Probe): { degraded?: string } {
  return degraded === undefined ? {} : { degraded }
}

function merge(before: Sight, seen: Seen): Sight {
  const known = new Set(before.records.map(record => record.argv.join('\0')))
  return { ...before, ...seen, observations: [...before.observations, ...seen.observations], records: [...before.records, ...seen.records.filter(record => !known.has(record.argv.join('\0')))] }
}
