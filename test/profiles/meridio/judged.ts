import { explainVerdicts, orderFindings } from '#judge/causes.ts'
import type { Finding, Verdict } from '#judge/finding.ts'
import { judgeSnapshot } from '#judge/judge.ts'
import { meridio } from '#profiles/meridio/profile.ts'
import { recordedTrench, shortNames, type World } from './recorded-trench.ts'

/** The recorded trench, judged in full: every check, roots before what they explain, pods by the fixtures' short names. */
export async function judged(world: World = {}): Promise<{ readonly verdicts: readonly Verdict[]; readonly findings: readonly Finding[] }> {
  const snapshot = await recordedTrench(meridio.checks, world)
  const verdicts = explainVerdicts(judgeSnapshot(meridio.checks, snapshot), meridio.checks, meridio.standing?.(snapshot))
  return { verdicts, findings: orderFindings(verdicts) }
}

/** Pod names of the recording in a text, as the fixtures name them. */
export function short(text: string): string {
  return Object.entries(shortNames).reduce((all, [name, alias]) => all.replaceAll(name, alias), text)
}

/** `lb-1 bgp-session-down` */
export function placed({ subject, check }: Pick<Finding, 'subject' | 'check'>): string {
  return `${short(subject.name)} ${check}`
}

/** In words and in order: what stands by itself, and below it what follows from it; unknown verdicts at the end, one per pod and check. */
export function told({ verdicts, findings }: Awaited<ReturnType<typeof judged>>): string[] {
  const roots = new Map(findings.map(finding => [finding.key, placed(finding)]))
  return [
    ...findings.map(finding => `${finding.explainedBy === undefined ? '' : '  > '}${finding.severity} ${placed(finding)}: ${short(finding.text)}`),
    ...verdicts.filter(({ verdict }) => verdict === 'unknown').map(verdict => `unknown ${placed(verdict)}: ${verdict.explainedBy === undefined ? short(verdict.reason ?? '') : `follows from ${roots.get(verdict.explainedBy)}`}`),
  ]
}
