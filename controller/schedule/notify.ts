import type { Finding } from '#judge/finding.ts'
import type { Log } from '../log.ts'
import { covers } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { SweepReport } from '../sweep/report.ts'
import { type Changes, compareReports } from './compare.ts'

/** What a sweep changed, for other tools. */
export interface ChangeNotice {
  readonly type: 'sweep.changed'
  readonly sweep: string
  /** `api`, `process`, or `schedule/<id>` */
  readonly origin: string
  /** Unix ms */
  readonly at: number
  readonly trenches: readonly SweepReport['trench'][]
  /** what did not stand before, or stood silenced or as another's symptom and does no more; without what is silenced */
  readonly appeared: readonly Finding[]
  /** silenced or not: a receiver may hold it since before it was silenced */
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
  /** compare with this sweep; absent, or no longer kept: with what was there before */
  readonly baseline?: string
}

/** Compares a sweep that ended with what was there before, and tells the sinks what changed; nothing where nothing did. */
export async function notifyChanges({ sweep, origin, at, baseline }: Ended, { store, sinks, log }: { readonly store: Store; readonly sinks: readonly Sink[]; readonly log: Log }): Promise<void> {
  if (sinks.length === 0) return
  try {
    const after = await store.reportsOf({ sweep })
    const base = baseline === undefined ? [] : await store.reportsOf({ sweep: baseline })
    if (baseline !== undefined && base.length === 0) log.warn({ sweep, baseline }, 'baseline is no longer kept')
    const silences = await store.silencesAt({ at, trenches: after.map(report => report.trench.id) })
    const counts = (finding: Finding): boolean => !silences.some(silence => covers(silence, finding))
    const changes = base.length === 0 ? await sinceLastLook(sweep, after, store, counts) : compareReports(base, after)
    const appeared = changes.appeared.filter(counts)
    const notice: ChangeNotice = { type: 'sweep.changed', sweep, origin, at, trenches: after.map(report => report.trench), ...changes, appeared }
    if (appeared.length + changes.gone.length > 0) for (const sink of sinks) sink.offer(notice)
  } catch (err) {
    log.error({ err, sweep }, 'changes not told')
  }
}

/** By what the store knows of each finding, not by the report before: that one may not have been able to look. */
async function sinceLastLook(sweep: string, after: readonly SweepReport[], store: Store, counts: (finding: Finding) => boolean): Promise<Changes> {
  const { appeared, gone } = await store.changedBy({ sweep })
  const before: SweepReport[] = []
  for (const { trench, id } of after) {
    const last = await store.reportBefore({ trench: trench.id, before: id })
    if (last) before.push(last)
  }
  const untold = await untoldIn(before, store)
  const known = new Set(appeared.map(({ key }) => key))
  const standing = after.flatMap(({ findings }) => findings)
  const surfaced = standing.filter(finding => finding.explainedBy === undefined && untold.has(finding.key) && !known.has(finding.key) && counts(finding))
  return { appeared: [...appeared, ...surfaced], gone, same: standing.length - known.size - surfaced.length }
}

/** Keys of findings that no receiver was told of as roots: silenced when their report was made, or explained by another. */
async function untoldIn(reports: readonly SweepReport[], store: Store): Promise<ReadonlySet<string>> {
  const silences = await store.silencesAt({ at: Math.min(...reports.map(({ endedAt }) => endedAt)), trenches: reports.map(({ trench }) => trench.id) })
  return new Set(reports.flatMap(({ findings, endedAt }) => {
    const held = silences.filter(({ createdAt, until }) => createdAt <= endedAt && endedAt < until)
    return findings.filter(finding => finding.explainedBy !== undefined || held.some(silence => covers(silence, finding))).map(({ key }) => key)
  }))
}
