import { type Finding, sawAll, type Verdict } from '#judge/finding.ts'
import { subjectKey } from '#judge/subject.ts'

/**
 * What two looks say together. A finding seen twice stands, with the proof of the second look; one seen once is a flap, told as such.
 * A second look that could see less than the first does not clear anything.
 */
export function lookTwice(first: readonly Verdict[], second: readonly Verdict[]): readonly Verdict[] {
  const later = new Map(second.map(verdict => [verdictKey(verdict), verdict]))
  return first.map(verdict => {
    const again = later.get(verdictKey(verdict))
    if (verdict.verdict !== 'fail' || !again || again.verdict === 'unknown' || again.verdict === 'not-applicable') return verdict
    const confirmed = new Map(again.findings.map(finding => [finding.key, finding]))
    const known = new Set(verdict.findings.map(finding => finding.key))
    const missed = verdict.findings.filter(finding => !confirmed.has(finding.key))
    const stable = [...verdict.findings.flatMap(finding => confirmed.get(finding.key) ?? []), ...(sawAll(again) ? [] : missed)]
    const flaps = [...(sawAll(again) ? missed : []), ...again.findings.filter(finding => !known.has(finding.key))].map(flap)
    return { ...again, verdict: stable.length > 0 ? 'fail' : 'flapping', findings: [...stable, ...flaps] }
  })
}

function verdictKey(verdict: Verdict): string {
  return `${verdict.check} ${subjectKey(verdict.subject)}`
}

function flap(finding: Finding): Finding {
  return { ...finding, flapping: true }
}
