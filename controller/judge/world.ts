import { type AnyFact, commandText, type CommandRecord, factKey, type Located, type Observation, type Params } from '#facts/fact.ts'
import type { Evidence, Observed } from './check.ts'
import type { Sight, Snapshot } from './snapshot.ts'
import { clusterSubject, type Role, type Subject, subjectKey } from './subject.ts'

/** What a fact showed in one subject: data, or why not. `answered`: the pod answered, and the answer was a failure. */
export type Seen = { readonly observed: Observed<unknown> } | { readonly error: NonNullable<Observation['error']>; readonly answered: boolean; readonly failed?: Observed<undefined> }

/** A snapshot, indexed for judging. Observations must be in the controller's fact versions (`reread`). */
export interface World {
  readonly snapshot: Snapshot
  see(subject: Subject, fact: AnyFact, params: Params): Seen
  pods(role: Role): readonly Subject[]
  /** the recorded command a piece of evidence points into */
  record(evidence: Evidence): CommandRecord | undefined
  sight(subjectKey: string): Sight | undefined
}

export function worldOf(snapshot: Snapshot): World {
  const sights = new Map(snapshot.sights.map(sight => [subjectKey(sight.subject), sight]))
  const observations = new Map(snapshot.sights.map(sight => [subjectKey(sight.subject), new Map(sight.observations.map(seen => [factKey(seen.fact, seen.params), seen]))]))
  const records = new Map(snapshot.sights.map(sight => [subjectKey(sight.subject), new Map(sight.records.map(record => [commandText(record.argv), record]))]))
  const cluster = clusterSubject(snapshot.trench)
  return {
    snapshot,
    pods: role => (role === 'cluster' ? [cluster] : snapshot.trench.pods.filter(pod => pod.role === role)),
    sight: key => sights.get(key),
    record: evidence => records.get(evidence.pod)?.get(evidence.command),
    see: (subject, fact, params) => {
      const key = subjectKey(subject)
      const seen = observations.get(key)?.get(factKey(fact.id, params))
      if (!seen) {
        const why = subject.unreachable ?? sights.get(key)?.unreachable ?? 'not observed'
        return { error: { code: 'gone', message: why }, answered: false }
      }
      if (!seen.error) return { observed: observed(subject, seen, seen.data) }
      const answered = !blind.has(seen.error.code) && seen.commands.length > 0
      return { error: seen.error, answered, ...(answered && { failed: observed(subject, seen, undefined) }) }
    },
  }
}

/** What failed is our sight, not the pod: it is gone, the probe is too old, or nobody can read what it said. */
const blind: ReadonlySet<string> = new Set(['gone', 'unsupported', 'unreadable', 'too-long'])

function observed<D>(subject: Subject, seen: Observation, data: D): Observed<D> {
  return {
    subject,
    params: seen.params,
    startedAt: seen.startedAt,
    data,
    at: (row: Located = {}) => ({
      pod: subjectKey(subject),
      fact: seen.fact,
      command: row.command ?? seen.commands[0] ?? '',
      ...(row.line !== undefined && { line: row.line }),
      ...(row.pointer !== undefined && { pointer: row.pointer }),
    }),
  }
}
