import type { Trench } from '#judge/subject.ts'
import type { SweepEvent, SweepReport } from '../sweep/report.ts'

/** Which trenches a caller means: all, those of a namespace, or one by name (in a namespace, or wherever it is). */
export interface Selection {
  readonly namespace?: string
  readonly trench?: string
}

export interface ProbeView {
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

/** What the API offers, as the controller does it. */
export interface Backend {
  trenches(selection: Selection): readonly Trench[]
  probes(): readonly ProbeView[]
  /** @throws {SelectionError} when nothing matches */
  sweep(selection: Selection, options: { readonly signal: AbortSignal; readonly onEvent: (event: SweepEvent) => void }): Promise<readonly SweepReport[]>
  health(): Health
}

/** No trench matches; the message names what there is. */
export class SelectionError extends Error {
  readonly code = 'trench-not-found'
}
