import type { AnyFact, Observation } from '#facts/fact.ts'
import { observeFact, replay } from '#facts/read.ts'
import type { Sight, Snapshot } from './snapshot.ts'

/**
 * A snapshot whose observations are all in our fact versions: what an older or newer probe read is read again from its recorded commands.
 * A fact we do not know any more is left as it is (no check asks for it).
 */
export async function rereadSnapshot(snapshot: Snapshot, facts: readonly AnyFact[]): Promise<Snapshot> {
  return { ...snapshot, sights: await Promise.all(snapshot.sights.map(async sight => ({ ...sight, observations: await rereadObservations(sight, facts) }))) }
}

/** The same for what one subject answered. */
export async function rereadObservations({ observations, records }: Pick<Sight, 'observations' | 'records'>, facts: readonly AnyFact[]): Promise<readonly Observation[]> {
  const byId = new Map(facts.map(fact => [fact.id, fact]))
  const run = replay(records)
  return Promise.all(observations.map(async (seen): Promise<Observation> => {
    const fact = byId.get(seen.fact)
    if (!fact || fact.version === seen.version || seen.commands.length === 0) return seen
    const again = await observeFact(fact, seen.params, run, () => seen.startedAt)
    // a command that left no record (it did not end, it was not run) is not known better today
    if (seen.error && again.error?.code === 'not-found') return { ...seen, version: fact.version }
    return { ...again, ms: seen.ms }
  }))
}
