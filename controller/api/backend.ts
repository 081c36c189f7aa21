import type { Trench } from '#judge/subject.ts'
import type { Selection } from '../schedule/sweeper.ts'

export { type Selection, SelectionError } from '../schedule/sweeper.ts'

export interface ProbeView {
  /** `namespace/name` */
  readonly pod: string
  readonly container: string
  readonly version: string
  readonly state: 'connected' | 'gone'
  readonly rssBytes: number
  readonly cpuMs: number
}

export interface Health {
  /** reasons why the controller cannot be trusted to see everything; empty: ready */
  readonly problems: readonly string[]
  readonly counters: Readonly<Record<string, number>>
}

/** What the controller knows right now. */
export interface Backend {
  trenches(selection: Selection): readonly Trench[]
  probes(): readonly ProbeView[]
  health(): Health
}
