import { orderFindings } from '#judge/causes.ts'
import type { Finding, Verdict } from '#judge/finding.ts'
import type { Snapshot } from '#judge/snapshot.ts'
import { type Cluster, type Role, subjectKey } from '#judge/subject.ts'

/** What became of one pod in a sweep. */
export interface PodReport {
  readonly pod: string
  readonly role: Role
  readonly node: string
  /** ephemeral container of the probe that looked */
  readonly container?: string
  /** why it was seen through the log of a container, not over the link */
  readonly degraded?: string
  /** why nothing could be seen */
  readonly unreachable?: string
}

/** The answer of a sweep over one trench; what the API returns and `--json` prints. Times are Unix ms of the controller. */
export interface SweepReport {
  readonly id: string
  readonly profile: string
  readonly trench: { readonly id: string; readonly cluster: Cluster; readonly namespace: string; readonly name: string }
  readonly startedAt: number
  readonly endedAt: number
  readonly pods: readonly PodReport[]
  readonly counts: Readonly<Record<Verdict['verdict'], number>>
  /** worst first, each root followed by what it explains */
  readonly findings: readonly Finding[]
  readonly verdicts: readonly Verdict[]
}

/** What a running sweep tells while it runs. */
export type SweepEvent =
  | { readonly type: 'planned'; readonly trench: string; readonly pods: number; readonly checks: number }
  | { readonly type: 'reached'; readonly trench: string; readonly pod: string; readonly container: string; readonly degraded?: string; readonly ms: number }
  | { readonly type: 'unreachable'; readonly trench: string; readonly pod: string; readonly reason: string }
  | { readonly type: 'observed'; readonly trench: string; readonly pod: string; readonly facts: number; readonly ms: number }
  | { readonly type: 'verdict'; readonly trench: string; readonly verdict: Verdict; readonly final: boolean }
  | { readonly type: 'report'; readonly trench: string; readonly report: SweepReport }

export function countVerdicts(verdicts: readonly Verdict[]): SweepReport['counts'] {
  const counts = { ok: 0, fail: 0, unknown: 0, 'not-applicable': 0, flapping: 0 }
  for (const { verdict } of verdicts) counts[verdict]++
  return counts
}

/** The report of a trench from what was seen first and what was said in the end. */
export function reportOf({ id, startedAt, endedAt, first, verdicts }: Pick<SweepReport, 'id' | 'startedAt' | 'endedAt' | 'verdicts'> & { readonly first: Snapshot }): SweepReport {
  const { profile, trench } = first
  return {
    id,
    profile,
    trench: { id: trench.id, cluster: trench.cluster, namespace: trench.namespace, name: trench.name },
    startedAt,
    endedAt,
    pods: first.sights.filter(({ subject }) => subject.role !== 'cluster').map(({ subject, container, degraded, unreachable }) => ({
      pod: subjectKey(subject), role: subject.role, node: subject.node, ...(container !== undefined && { container }), ...(degraded !== undefined && { degraded }), ...(unreachable !== undefined && { unreachable }),
    })),
    counts: countVerdicts(verdicts),
    findings: orderFindings(verdicts),
    verdicts,
  }
}
