import type { CommandRecord, Observation } from '#facts/fact.ts'
import type { Subject, Trench } from './subject.ts'

/** All observations of one pass over one trench. Self-contained: judged today or next year, with newer checks or repaired parsers. */
export interface Snapshot {
  readonly format: 'trenchscope.snapshot/1'
  readonly profile: string
  readonly trench: Trench
  /** Unix ms, the controller's clock */
  readonly takenAt: number
  readonly sights: readonly Sight[]
}

/** What one subject showed in a pass, or why it showed nothing. */
export interface Sight {
  readonly subject: Subject
  /** container the probe ran in; absent for the API server */
  readonly container?: string
  /** why it was seen by the second way, through the container's log */
  readonly degraded?: string
  readonly observations: readonly Observation[]
  readonly records: readonly CommandRecord[]
  /** why nothing (more) could be seen, in words */
  readonly unreachable?: string
}
