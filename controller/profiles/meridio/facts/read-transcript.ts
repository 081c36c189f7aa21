import { defineFact, type Fact, type Params } from '#facts/fact.ts'
import type { Transcript } from '#facts/transcript.ts'

/** The controller's side of a fact that the probe only fetches: the same commands, read. Its version is above the probe's 0, so that every transcript is read here. */
export function readTranscript<T, D>({ id, fetch }: Transcript<T>, parse: (fetched: T) => D): Fact<Params, D> {
  return defineFact({ id, version: 1, read: async run => parse(await fetch(run)) })
}
