import type { Verdict } from './finding.ts'
import { type Subject, subjectKey } from './subject.ts'

/** A check that says something else of a subject than before. */
export interface VerdictChange {
  readonly check: string
  readonly subject: Subject
  /** undefined: it was not judged (another version of the checks, or the pod was not there) */
  readonly before: Verdict | undefined
  readonly after: Verdict | undefined
}

/**
 * What differs between two judgements, by check, subject and verdict; of two failures, by what they found. Texts do not matter, as they hold counters.
 * In the order of `after`, then what is only in `before`.
 */
export function diffVerdicts(before: readonly Verdict[], after: readonly Verdict[]): readonly VerdictChange[] {
  const earlier = new Map(before.map(verdict => [keyOf(verdict), verdict]))
  const later = new Set(after.map(keyOf))
  return [
    ...after.map(verdict => ({ check: verdict.check, subject: verdict.subject, before: earlier.get(keyOf(verdict)), after: verdict })).filter(change => change.before === undefined || stateOf(change.before) !== stateOf(change.after)),
    ...before.filter(verdict => !later.has(keyOf(verdict))).map(verdict => ({ check: verdict.check, subject: verdict.subject, before: verdict, after: undefined })),
  ]
}

const keyOf = ({ check, subject }: Verdict): string => `${check} ${subjectKey(subject)}`
const stateOf = ({ verdict, findings }: Verdict): string => [verdict, ...findings.map(({ key }) => key).sort()].join(' ')
