import type { Params } from '#facts/fact.ts'
import type { AnyCheck, Observed, Outcome, Read, Reads } from './check.ts'
import { clusterSubject, type Subject, subjectKey } from './subject.ts'
import type { World } from './world.ts'

/** What a check's reads came to: values for `judge`, what it cannot do without, and what it would have liked to see. */
export interface Sighted {
  readonly values: Readonly<Record<string, unknown>>
  /** reasons; not empty = the check cannot judge */
  readonly missing: readonly string[]
  /** `pod: fact: reason`; not empty = the check cannot say ok */
  readonly unseen: readonly string[]
}

export function sightOf(check: AnyCheck, subject: Subject, world: World): Sighted {
  return resolve(check.reads as Reads, subject, world)
}

/** Parameters the second wave asks `subject` with, for one planned read; empty when what it is planned from was not seen. */
export function planOf(read: Read<unknown>, subject: Subject, world: World): readonly Params[] {
  if (read.kind !== 'planned' || !read.from || !read.plan) return []
  const { values, missing } = resolve(read.from, subject, world)
  return missing.length > 0 ? [] : distinct(read.plan(values as never, subject))
}

/** Parameters of a read of the first wave. Facts of the API server are asked per trench. */
export function paramsOf(read: Read<unknown>, world: Pick<World, 'snapshot'>): Params {
  const { namespace, name, namespaces } = world.snapshot.trench
  return read.params ?? (read.role === 'cluster' ? { namespace, trench: name, namespaces } : {})
}

function resolve(reads: Reads, subject: Subject, world: World): Sighted {
  const values: Record<string, unknown> = {}
  const missing: string[] = []
  const unseen: string[] = []
  for (const [name, read] of Object.entries(reads)) {
    if (read.kind === 'each') values[name] = seeEach(read, world, unseen)
    else if (read.kind === 'planned' && read.role) values[name] = seeEachPlanned(read, world, unseen)
    else if (read.kind === 'planned') values[name] = seePlanned(read, subject, world, missing, unseen)
    else values[name] = seeOne(read, subject, world, missing)
  }
  return { values, missing: [...new Set(missing)], unseen: [...new Set(unseen)] }
}

function seeOne(read: Read<unknown>, subject: Subject, world: World, missing: string[]): unknown {
  const target = read.role === 'cluster' ? clusterSubject(world.snapshot.trench) : subject
  const seen = world.see(target, read.fact, paramsOf(read, world))
  if ('observed' in seen) return seen.observed
  if (read.kind === 'outcome' && seen.failed) return { ...seen.failed, error: seen.error } satisfies Outcome<unknown>
  missing.push(`${read.fact.id}: ${seen.error.message}`)
  return undefined
}

function seeEach(read: Read<unknown>, world: World, unseen: string[]): Observed<unknown>[] {
  return world.pods(read.role ?? 'lb').flatMap(pod => {
    const seen = world.see(pod, read.fact, paramsOf(read, world))
    if ('observed' in seen) return [seen.observed]
    unseen.push(`${subjectKey(pod)}: ${read.fact.id}: ${seen.error.message}`)
    return []
  })
}

function seeEachPlanned(read: Read<unknown>, world: World, unseen: string[]): Observed<unknown>[] {
  return world.pods(read.role ?? 'lb').flatMap(pod => {
    const missing: string[] = []
    const seen = seePlanned(read, pod, world, missing, unseen)
    unseen.push(...missing.map(reason => `${subjectKey(pod)}: ${reason}`))
    return seen
  })
}

function seePlanned(read: Read<unknown>, subject: Subject, world: World, missing: string[], unseen: string[]): Observed<unknown>[] {
  const from = resolve(read.from ?? {}, subject, world)
  missing.push(...from.missing)
  unseen.push(...from.unseen)
  return planOf(read, subject, world).flatMap(params => {
    const seen = world.see(subject, read.fact, params)
    if ('observed' in seen) return [seen.observed]
    unseen.push(`${subjectKey(subject)}: ${read.fact.id} ${Object.values(params).join(' ')}: ${seen.error.message}`)
    return []
  })
}

function distinct(list: readonly Params[]): Params[] {
  return [...new Map(list.map(params => [JSON.stringify(params), params])).values()]
}
