import type { Subject, Trench } from '#judge/subject.ts'
import type { AuditEntry, Silence, SweepRecord } from '../store/records.ts'
import type { ProbeView } from './backend.ts'
import type { CheckView } from './checks.ts'
import type { FindingRecordView } from './client-types.ts'

/** A column of a list, the same for the command line and for `as=Table`. */
export interface Column<T> {
  readonly title: string
  /** `now`: Unix ms, for ages */
  readonly cell: (item: T, now: number) => string
  /** only with `-o wide`; priority 1 of a Table */
  readonly wide?: true
}

export interface ScheduleView { readonly id: string; readonly cron: string; readonly timeZone: string; readonly owner: string; readonly overlap: string; readonly lastAt?: number; readonly nextAt?: number }

const countOf = (trench: Trench, role: string): string => String(trench.pods.filter(pod => pod.role === role).length)
const since = (at: number | undefined, now: number): string => (at === undefined ? '-' : age(at, now))
const until = (at: number | undefined): string => (at === undefined ? '-' : new Date(at).toISOString())
const shortTrench = (id: string): string => id.split('/').slice(1).join('/')
const worstOf = (trenches: SweepRecord['trenches']): string => (['outage', 'loss', 'risk', 'note'] as const).find(severity => trenches.some(({ worst }) => worst === severity)) ?? '-'

export const trenchColumns: readonly Column<Trench>[] = [
  { title: 'CLUSTER', cell: ({ cluster }) => cluster.name }, { title: 'NAMESPACE', cell: ({ namespace }) => namespace }, { title: 'TRENCH', cell: ({ name }) => name },
  { title: 'LB', cell: trench => countOf(trench, 'lb') }, { title: 'PROXY', cell: trench => countOf(trench, 'proxy') }, { title: 'TARGET', cell: trench => countOf(trench, 'tapa') }, { title: 'ID', cell: ({ id }) => id, wide: true },
]
export const podColumns: readonly Column<Subject>[] = [
  { title: 'NAMESPACE', cell: ({ namespace }) => namespace }, { title: 'POD', cell: ({ name }) => name }, { title: 'ROLE', cell: ({ role }) => role }, { title: 'NODE', cell: ({ node }) => node || '-' }, { title: 'UNREACHABLE', cell: ({ unreachable = '' }) => unreachable },
]
export const probeColumns: readonly Column<ProbeView>[] = [
  { title: 'POD', cell: ({ pod }) => pod }, { title: 'CONTAINER', cell: ({ container }) => container }, { title: 'VERSION', cell: ({ version }) => version }, { title: 'STATE', cell: ({ state }) => state },
  { title: 'AGE', cell: ({ startedAt }, now) => since(startedAt, now) }, { title: 'OF-20', cell: ({ entries }) => String(entries) },
  { title: 'RSS', cell: ({ rssBytes }) => `${Math.round(rssBytes / 1e6)} MB` }, { title: 'CPU', cell: ({ cpuMs }) => `${cpuMs} ms` }, { title: 'IMAGE', cell: ({ image }) => image, wide: true }, { title: 'REASON', cell: ({ reason = '' }) => reason, wide: true },
]
export const sweepColumns: readonly Column<SweepRecord>[] = [
  { title: 'SWEEP', cell: ({ id }) => id }, { title: 'STATE', cell: ({ state }) => state }, { title: 'TRENCHES', cell: ({ planned, trenches }) => `${trenches.length}/${planned.length}` },
  { title: 'WORST', cell: ({ trenches }) => worstOf(trenches) }, { title: 'BY', cell: ({ startedBy }) => startedBy, wide: true }, { title: 'ORIGIN', cell: ({ origin }) => origin, wide: true }, { title: 'AGE', cell: ({ startedAt }, now) => since(startedAt, now) },
]
export const findingColumns: readonly Column<FindingRecordView>[] = [
  { title: 'TRENCH', cell: ({ finding }) => shortTrench(finding.trench) }, { title: 'SEVERITY', cell: ({ finding, state }) => `${finding.explainedBy === undefined ? '' : '> '}${finding.silenced ? 'silenced' : state === 'open' ? finding.severity : state}` },
  { title: 'KEY', cell: ({ key }) => key }, { title: 'POD', cell: ({ finding }) => finding.subject.name }, { title: 'CHECK', cell: ({ finding }) => finding.check }, { title: 'FIRST', cell: ({ firstSeen }, now) => since(firstSeen, now) },
  { title: 'LAST', cell: ({ lastSeen }, now) => since(lastSeen, now) }, { title: 'FLAPS', cell: ({ flaps }) => String(flaps), wide: true }, { title: 'TEXT', cell: ({ finding }) => finding.text },
]
export const silenceColumns: readonly Column<Silence>[] = [
  { title: 'SILENCE', cell: ({ id }) => id }, { title: 'TRENCH', cell: ({ trench }) => shortTrench(trench) }, { title: 'WHAT', cell: ({ finding, check }) => finding ?? check ?? '' },
  { title: 'UNTIL', cell: silence => until(silence.until) }, { title: 'BY', cell: ({ by }) => by }, { title: 'REASON', cell: ({ reason }) => reason },
]
export const checkColumns: readonly Column<CheckView>[] = [
  { title: 'SUBJECT', cell: ({ subject }) => subject }, { title: 'SEVERITY', cell: ({ severity }) => severity }, { title: 'CHECK', cell: ({ id }) => id }, { title: 'SOURCE', cell: ({ source }) => source }, { title: 'WHY', cell: ({ why }) => why, wide: true },
]
const scheduleColumns: readonly Column<ScheduleView>[] = [
  { title: 'SCHEDULE', cell: ({ id }) => id }, { title: 'CRON', cell: ({ cron }) => cron }, { title: 'ZONE', cell: ({ timeZone }) => timeZone }, { title: 'OWNER', cell: ({ owner }) => owner }, { title: 'LAST', cell: ({ lastAt }, now) => since(lastAt, now) }, { title: 'NEXT', cell: ({ nextAt }) => until(nextAt) },
]
const auditColumns: readonly Column<AuditEntry>[] = [
  { title: 'AT', cell: ({ at }) => until(at) }, { title: 'CALLER', cell: ({ caller }) => caller }, { title: 'ACTION', cell: ({ action }) => action }, { title: 'NAMESPACE', cell: ({ namespace = '-' }) => namespace }, { title: 'DETAILS', cell: ({ details }) => JSON.stringify(details), wide: true },
]

/** Of each list, by its path. */
export const columnsOf: Readonly<Record<string, readonly Column<never>[]>> = {
  '/v1/trenches': trenchColumns, '/v1/pods': podColumns, '/v1/probes': probeColumns, '/v1/sweeps': sweepColumns, '/v1/findings': findingColumns, '/v1/silences': silenceColumns, '/v1/checks': checkColumns, '/v1/schedules': scheduleColumns, '/v1/audit': auditColumns,
}

/** How long ago, as kubectl says it: 45s, 12m, 3h, 4d. */
export function age(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`
}
