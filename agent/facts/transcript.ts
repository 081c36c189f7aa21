import type { Fact, Params, Run } from './fact.ts'

/** A fact whose probe only fetches what the commands print. `fetch` says how, for the controller to read the transcript the same way. */
export interface Transcript<T, P extends Params = Params> extends Fact<P, null> {
  readonly fetch: (run: Run, params: P) => Promise<T>
}

/**
 * A fact the probe brings without reading it: its data is null and its version 0, older than any controller's. The controller reads the
 * recorded commands with its own fact of that id (`readTranscript` of the profile), and the probe's bundle needs no parser.
 * `params` as in `Fact`; without it the fact takes none.
 */
export function transcript<T, P extends Params = Params>(id: string, fetch: (run: Run, params: P) => Promise<T>, params?: (given: Params) => P): Transcript<T, P> {
  return Object.freeze({
    id,
    version: 0,
    ...(params && { params }),
    fetch,
    read: async (run: Run, params: P) => {
      await fetch(run, params)
      return null
    },
  })
}
