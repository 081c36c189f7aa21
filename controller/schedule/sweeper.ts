import type { Snapshot } from '#judge/snapshot.ts'
import type { Trench } from '#judge/subject.ts'
import type { SweepEvent, SweepReport } from '../sweep/report.ts'

/** Which trenches are meant: all, those of a namespace, or one by name (in a namespace, or wherever it is). */
export interface Selection {
  readonly namespace?: string
  readonly trench?: string
}

/** What sweeps: the fleet. */
export interface Sweeper {
  trenches(selection: Selection): readonly Trench[]
  sweep(trenches: readonly Trench[], options: SweeperOptions): Promise<readonly SweepReport[]>
}

export interface SweeperOptions {
  readonly signal: AbortSignal
  readonly onEvent: (event: SweepEvent) => void
  /** called with each report before it is told; what is told waits for it */
  readonly keep?: (sweep: { readonly report: SweepReport; readonly snapshots: readonly Snapshot[] }) => Promise<void>
}

/** No trench matches; the message names what was asked. */
export class SelectionError extends Error {
  readonly code = 'trench-not-found'
  constructor({ namespace, trench }: Selection) {
    super(`no trench${trench ? ` ${trench}` : ''}${namespace ? ` in namespace ${namespace}` : ''} is known`)
  }
}

/** So many sweeps run already that another would only wait. */
export class TooManySweepsError extends Error {
  readonly code = 'too-many-sweeps'
}
