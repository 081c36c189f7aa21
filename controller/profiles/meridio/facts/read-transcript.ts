import { defineFact, type Fact, type Params } from '#facts/fact.ts'
import type { Transcript } from '#facts/transcript.ts'

/** The controller's side of a fact that the probe only fetches: the same commands, read. Its version is above the probe's 0, so that every transcript is read here. */
export function readTranscript<T, D, P extends Params>({ id, fetch, params }: Transcript<T, P>, parse: (fetched: T) => D): Fact<P, D> {
  return defineFact({ id, version: 1, ...(params && { params }), read: async (run, given: P) => parse(await fetch(run, given)) })
}
