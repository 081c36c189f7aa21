import type { Severity } from '#judge/check.ts'
import type { Finding } from '#judge/finding.ts'
import type { SweepReport } from '../sweep/report.ts'

/** `interrupted`: the controller ended while it ran. `failed`: it ran, but could not be kept (see `problem`). */
export type SweepState = 'running' | 'done' | 'cancelled' | 'interrupted' | 'failed'

export interface Trouble {
  readonly code: string
  readonly detail: string
}

/** One request to look, over any number of trenches. Times are Unix ms. */
export interface SweepRecord {
  readonly id: string
  readonly state: SweepState
  readonly selection: { readonly namespace?: string; readonly trench?: string }
  /** the caller's name */
  readonly startedBy: string
  /** `api`, or `schedule/<id>` */
  readonly origin: string
  readonly startedAt: number
  readonly endedAt?: number
  readonly problem?: Trouble
  /** ids of the trenches it was to look at */
  readonly planned: readonly string[]
  /** trenches reported so far, in the order they ended */
  readonly trenches: readonly TrenchResult[]
}

/** One trench's report in short. */
export interface TrenchResult {
  /** id of the report */
  readonly report: string
  readonly trench: SweepReport['trench']
  readonly startedAt: number
  readonly endedAt: number
  readonly counts: SweepReport['counts']
  /** of its findings; absent when there is none */
  readonly worst?: Severity
}

/** `unconfirmed` is not a state: what could not be looked at again stays as it was last seen. */
export type FindingState = 'open' | 'flapping' | 'gone'

/** A finding over time. */
export interface FindingRecord {
  readonly key: string
  readonly state: FindingState
  readonly firstSeen: number
  readonly lastSeen: number
  readonly goneAt?: number
  /** times it went and came back, or was seen in one of two looks */
  readonly flaps: number
  /** as last seen, and in which report */
  readonly finding: Finding
  readonly report: string
}

export interface FindingChange {
  readonly at: number
  /** `steady`: it flapped, and was seen in both looks since */
  readonly change: 'appeared' | 'returned' | 'flapping' | 'steady' | 'gone'
  readonly report: string
}

/** A change with its place in the order of all changes. */
export interface FindingChangeEvent {
  readonly cursor: number
  readonly type: FindingChange['change']
  readonly at: number
  readonly report: string
  readonly finding: Finding
}

/** A finding, or a check, that shall not count in a trench for a time. */
export interface Silence {
  readonly id: string
  readonly trench: string
  readonly namespace: string
  /** key of the one finding meant, or the check of which all findings are meant */
  readonly finding?: string
  readonly check?: string
  readonly reason: string
  readonly by: string
  readonly createdAt: number
  readonly until: number
}

/** Whether a silence is about a finding: the one it names, or any of the check it names in its trench. */
export function covers({ trench, finding: key, check }: Silence, finding: Finding): boolean {
  return trench === finding.trench && (key === finding.key || (key === undefined && check === finding.check))
}

/** Who did what, by which right. Append-only. */
export interface AuditEntry {
  readonly at: number
  readonly caller: string
  readonly action: string
  /** absent: the whole cluster */
  readonly namespace?: string
  /** what was asked, and which decision allowed or refused it */
  readonly details: Readonly<Record<string, unknown>>
}

/** Part of a list. `next` is where the following part begins; absent at the end. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next?: readonly number[]
}

export interface PageRequest {
  readonly limit: number
  /** `next` of the part before */
  readonly after?: readonly number[]
}
