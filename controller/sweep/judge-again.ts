import { explainVerdicts } from '#judge/causes.ts'
import type { Verdict } from '#judge/finding.ts'
import { judgeSnapshot } from '#judge/judge.ts'
import type { Profile } from '#judge/profile.ts'
import { rereadSnapshot } from '#judge/reread.ts'
import type { Snapshot } from '#judge/snapshot.ts'
import { lookTwice } from './again.ts'
import { reportOf, type SweepReport } from './report.ts'

/**
 * Judges what was seen once more, with today's parsers and checks: as the sweep would have, had it had them. A fact that was not read then
 * is unknown to the checks that want it now. One report for each trench, in the order they were looked at.
 */
export async function judgeAgain(looks: readonly Snapshot[], profiles: readonly Profile[]): Promise<readonly SweepReport[]> {
  const trenches = Map.groupBy(looks, ({ trench }) => trench.id)
  return Promise.all([...trenches.values()].map(async group => {
    const [first, second] = group as [Snapshot, Snapshot?]
    const profile = profiles.find(({ id }) => id === first.profile)
    if (!profile) throw new Error(`no profile is called ${first.profile}`)
    const seen = await rereadSnapshot(first, profile.facts)
    const verdicts = twice(profile, seen, second && await rereadSnapshot(second, profile.facts))
    return reportOf({ id: `${first.trench.id}@${first.takenAt}`, startedAt: first.takenAt, endedAt: (second ?? first).takenAt, first: seen, verdicts: explainVerdicts(verdicts, profile.checks, profile.standing?.(seen)) })
  }))
}

function twice({ checks }: Profile, first: Snapshot, second: Snapshot | undefined): readonly Verdict[] {
  const once = judgeSnapshot(checks, first)
  if (!second) return once
  const failed = new Set(once.filter(({ verdict }) => verdict === 'fail').map(({ check }) => check))
  // what the second look did not read is unknown there, and clears nothing
  return lookTwice({ verdicts: once, snapshot: first }, { verdicts: judgeSnapshot(checks.filter(({ id }) => failed.has(id)), second), snapshot: second })
}
