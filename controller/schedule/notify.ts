import type { Finding } from '#judge/finding.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'
import type { SweepReport } from '../sweep/report.ts'
import { compareReports } from './compare.ts'

/** What a sweep changed, for other tools. Findings that are silenced are in none of its lists. */
export interface ChangeNotice {
  readonly type: 'sweep.changed'
  readonly sweep: string
  /** `api`, `process`, or `schedule/<id>` */
  readonly origin: string
  /** Unix ms */
  readonly at: number
  readonly trenches: readonly SweepReport['trench'][]
  readonly appeared: readonly Finding[]
  readonly gone: readonly Finding[]
  /** findings that were there before and still are */
  readonly same: number
}

/** Where notices go. Takes them at once and never throws; what it cannot deliver is its own matter. */
export interface Sink {
  offer(notice: ChangeNotice): void
}

export interface Ended {
  readonly sweep: string
  readonly origin: string
  readonly at: number
  /** compare with this sweep; absent: each trench with its last report before */
  readonly baseline?: string
}

/** Compares a sweep that ended with what was there before, and tells the sinks what changed; nothing where nothing did. */
export async function notifyChanges({ sweep, origin, at, baseline }: Ended, { store, sinks, log }: { readonly store: Store; readonly sinks: readonly Sink[]; readonly log: Log }): Promise<void> {
  if (sinks.length === 0) return
  try {
    const after = await store.reportsOf({ sweep })
    const before = baseline === undefined
      ? (await Promise.all(after.map(report => store.reportBefore({ trench: report.trench.id, before: report.id })))).filter(report => report !== undefined)
      : await store.reportsOf({ sweep: baseline })
    const { appeared, gone, same } = compareReports(before, after)
    const silences = await store.silencesAt({ at, trenches: after.map(report => report.trench.id) })
    const counts = (finding: Finding): boolean => !silences.some(silence => silence.trench === finding.trench && (silence.finding === finding.key || silence.check === finding.check))
    const notice: ChangeNotice = { type: 'sweep.changed', sweep, origin, at, trenches: after.map(report => report.trench), appeared: appeared.filter(counts), gone: gone.filter(counts), same }
    if (notice.appeared.length + notice.gone.length > 0) for (const sink of sinks) sink.offer(notice)
  } catch (err) {
    log.error({ err, sweep }, 'changes not told')
  }
}
