import { type Fact, type Params, type Run } from './fact.ts'

/** A fact whose probe only fetches what the commands print. `fetch` says how, for the controller to read the transcript the same way. */
export interface Transcript<T> extends Fact<Params, null> {
  readonly fetch: (run: Run) => Promise<T>
}

/**
 * A fact the probe brings without reading it: its data is null and its version 0, older than any controller's. The controller reads the
 * recorded commands with its own fact of that id (`readTranscript` of the profile), and the probe's bundle needs no parser.
 */
export function transcript<T>(id: string, fetch: (run: Run) => Promise<T>): Transcript<T> {
  return Object.freeze({
    id,
    version: 0,
    fetch,
    read: async (run: Run) => {
      await fetch(run)
      return null
    },
  })
}
