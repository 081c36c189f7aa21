import type { Log } from '../../agent/run.ts'

/** A log nobody reads. */
export const quiet: Log = { debug: () => {}, warn: () => {}, error: () => {} }

/** Resolves when `holds` does; a test's own time limit ends the wait. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 5))
}
