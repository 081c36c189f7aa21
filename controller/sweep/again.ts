import { type Finding, sawAll, type Verdict } from '#judge/finding.ts'
import { proofOf } from '#judge/judge.ts'
import type { Snapshot } from '#judge/snapshot.ts'
import { subjectKey } from '#judge/subject.ts'
import { worldOf } from '#judge/world.ts'

/** One look at a trench, and what was judged from it. */
export interface Look {
  readonly verdicts: readonly Verdict[]
  readonly snapshot: Snapshot
}

/**
 * What two looks say together. A finding seen twice stands, with the proof of the second look; one seen once is a flap, told as such, with what the other look saw.
 * A second look that could see less than the first does not clear anything.
 */
export function lookTwice(first: Look, second: Look): readonly Verdict[] {
  const later = new Map(second.verdicts.map(verdict => [verdictKey(verdict), verdict]))
  return first.verdicts.map(verdict => {
    const again = later.get(verdictKey(verdict))
    if (verdict.verdict !== 'fail' || !again || again.verdict === 'unknown' || again.verdict === 'not-applicable') return verdict
    const confirmed = new Map(again.findings.map(finding => [finding.key, finding]))
    const known = new Set(verdict.findings.map(finding => finding.key))
    const missed = verdict.findings.filter(finding => !confirmed.has(finding.key))
    const stable = [...verdict.findings.flatMap(finding => confirmed.get(finding.key) ?? []), ...(sawAll(again) ? [] : missed)]
    const flaps = [...(sawAll(again) ? missed : []).map(flapOf(second)), ...again.findings.filter(finding => !known.has(finding.key)).map(flapOf(first))]
    return { ...again, verdict: stable.length > 0 ? 'fail' : 'flapping', findings: [...stable, ...flaps] }
  })
}

function verdictKey(verdict: Verdict): string {
  return `${verdict.check} ${subjectKey(verdict.subject)}`
}

function flapOf({ snapshot }: Look): (finding: Finding) => Finding {
  const world = worldOf(snapshot)
  return finding => {
    const commands = new Map(finding.evidence.map(({ pod, fact, command }) => [`${pod} ${command}`, { pod, fact, command }]))
    return { ...finding, flapping: true, otherLook: [...commands.values()].filter(seen => world.record(seen) !== undefined).map(seen => proofOf(seen, world)) }
  }
}
