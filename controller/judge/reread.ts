import type { AnyFact, Observation } from '#facts/fact.ts'
import { observeFact, replay } from '#facts/read.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * A snapshot whose observations are all in our fact versions: what an older or newer probe read is read again from its recorded commands.
 * A fact we do not know any more is left as it is (no check asks for it).
 */
export async function rereadSnapshot(snapshot: Snapshot, facts: readonly AnyFact[]): Promise<Snapshot> {
  const byId = new Map(facts.map(fact => [fact.id, fact]))
  const sights = await Promise.all(snapshot.sights.map(async sight => {
    const run = replay(sight.records)
    const observations = await Promise.all(sight.observations.map(async (seen): Promise<Observation> => {
      const fact = byId.get(seen.fact)
      if (!fact || fact.version === seen.version || seen.commands.length === 0) return seen
      const again = await observeFact(fact, seen.params, run, () => seen.startedAt)
      return { ...again, ms: seen.ms }
    }))
    return { ...sight, observations }
  }))
  return { ...snapshot, sights }
}
