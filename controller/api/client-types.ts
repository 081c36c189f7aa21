import type { FindingRecord, FindingState, SweepState } from '../store/records.ts'
import type { PreflightReport } from './keeper.ts'
import type { FindingView } from './silenced.ts'

/** Filters of `/v1/sweeps`. */
export interface SweepQuery {
  readonly namespace?: string
  readonly trench?: string
  readonly state?: SweepState
  /** Unix ms */
  readonly since?: number
  /** of one part; the client asks for all of them */
  readonly limit?: number
}

/** Filters of `/v1/findings`. */
export interface FindingQuery {
  readonly namespace?: string
  readonly trench?: string
  readonly check?: string
  /** comma-separated */
  readonly severity?: string
  readonly state?: FindingState | 'all' | 'current'
  /** Unix ms */
  readonly since?: number
}

export type FindingRecordView = Omit<FindingRecord, 'finding'> & { readonly finding: FindingView }

/** A finding by its key, or a check in a trench. `until`: Unix ms */
export type SilenceBody = { readonly reason: string; readonly until: number } & ({ readonly finding: string } | { readonly trench: string; readonly check: string })

/** With what each pod is to us. */
export type PreflightView = Omit<PreflightReport, 'pods'> & { readonly pods: readonly (PreflightReport['pods'][number] & { readonly role?: string })[] }
