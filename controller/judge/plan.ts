import { type AnyFact, factKey, type Params } from '#facts/fact.ts'
import type { AnyCheck, Read, Reads } from './check.ts'
import { paramsOf, planOf } from './reads.ts'
import type { Snapshot } from './snapshot.ts'
import { clusterSubject, type Subject, subjectKey, type Trench, trenchSubject } from './subject.ts'
import { worldOf } from './world.ts'

/** What one subject is asked in a wave: each (fact, parameters) once, in the order the checks name them. */
export interface Asked {
  readonly subject: Subject
  readonly wants: readonly { readonly fact: AnyFact; readonly params: Params }[]
}

/** Whatever reads: a check, or a path. */
export type Reader = Pick<AnyCheck, 'subject' | 'reads' | 'notFor'>

/** The union of what the checks read before anything is known. */
export function planFirstWave(checks: readonly Reader[], trench: Trench): readonly Asked[] {
  const plan = new Plan()
  const place = { snapshot: { trench } as Snapshot }
  for (const check of checks.filter(applies(trench))) {
    for (const { read, reader } of firstWave(check)) {
      for (const subject of targetsOf(read, reader, trench)) plan.add(subject, read.fact, paramsOf(read, place))
    }
  }
  return plan.asked()
}

/** What the checks want once the first wave was seen. */
export function planSecondWave(checks: readonly Reader[], snapshot: Snapshot): readonly Asked[] {
  const plan = new Plan()
  const world = worldOf(snapshot)
  for (const check of checks.filter(applies(snapshot.trench))) {
    for (const read of Object.values(check.reads as Reads)) {
      if (read.kind !== 'planned') continue
      for (const subject of subjectsOf(plannerOf(read, check), snapshot.trench)) {
        for (const params of plannedParams(read, subject, world)) plan.add(subject, read.fact, params)
      }
    }
  }
  return plan.asked()
}

/** A check whose plan breaks on what it reads asks nothing, and is unknown when it is judged; the others are asked for. */
function plannedParams(...planning: Parameters<typeof planOf>): readonly Params[] {
  try {
    return planOf(...planning)
  } catch {
    return []
  }
}

/** The subjects a check judges in a trench. */
export function subjectsOf(check: Pick<AnyCheck, 'subject'>, trench: Trench): readonly Subject[] {
  if (check.subject === 'trench') return [trenchSubject(trench)]
  if (check.subject === 'cluster') return [clusterSubject(trench)]
  return trench.pods.filter(pod => pod.role === check.subject)
}

/** Subject keys whose sights a check's verdicts depend on, and how many waves it needs. */
export function dependenciesOf(check: AnyCheck, trench: Trench): { readonly subjects: readonly string[]; readonly waves: 1 | 2 } {
  if (!applies(trench)(check)) return { subjects: [], waves: 1 }
  const subjects = firstWave(check).flatMap(({ read, reader }) => targetsOf(read, reader, trench).map(subjectKey))
  return { subjects: [...new Set(subjects)], waves: Object.values(check.reads as Reads).some(read => read.kind === 'planned') ? 2 : 1 }
}

const applies = (trench: Trench) => ({ notFor }: Reader): boolean => notFor?.(trench) === undefined

/** Reads of the first wave with whose they are: what a read is planned from is read where it is planned. */
function firstWave(reader: Reader): { readonly read: Read<unknown>; readonly reader: Reader }[] {
  return Object.values(reader.reads as Reads).flatMap(read => (read.kind === 'planned' ? firstWave({ ...plannerOf(read, reader), reads: read.from ?? {} }) : [{ read, reader }]))
}

/** Whose first wave a planned read comes from: the judged subject's, or that of every pod of a role. */
function plannerOf(read: Read<unknown>, reader: Pick<AnyCheck, 'subject'>): Pick<AnyCheck, 'subject'> {
  return { subject: read.role ?? reader.subject }
}

function targetsOf(read: Read<unknown>, check: Reader, trench: Trench): readonly Subject[] {
  if (read.role === 'cluster') return [clusterSubject(trench)]
  return subjectsOf(read.kind === 'each' && read.role ? { subject: read.role } : check, trench)
}

class Plan {
  readonly #bySubject = new Map<string, { subject: Subject; wants: Map<string, { fact: AnyFact; params: Params }> }>()

  add(subject: Subject, fact: AnyFact, params: Params): void {
    const key = subjectKey(subject)
    const entry = this.#bySubject.get(key) ?? { subject, wants: new Map() }
    this.#bySubject.set(key, entry)
    const want = factKey(fact.id, params)
    if (!entry.wants.has(want)) entry.wants.set(want, { fact, params })
  }

  asked(): readonly Asked[] {
    return [...this.#bySubject.values()].map(({ subject, wants }) => ({ subject, wants: [...wants.values()] }))
  }
}
