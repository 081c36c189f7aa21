import type { Trench } from '#judge/subject.ts'
import type { Selection } from '../schedule/sweeper.ts'
import type { ProbeInPod } from '../sweep/probe-inventory.ts'

export { type Selection, SelectionError } from '../schedule/sweeper.ts'

export type ProbeView = ProbeInPod
export const probeStates = ['connected', 'silent', 'planned', 'waiting', 'foreign'] as const satisfies readonly ProbeView['state'][]

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
