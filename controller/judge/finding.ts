import { createHash } from 'node:crypto'
import type { Evidence, About, Severity } from './check.ts'
import type { Subject, Trench } from './subject.ts'
import { subjectKey } from './subject.ts'

export type VerdictKind = 'ok' | 'fail' | 'unknown' | 'not-applicable' | 'flapping'

/** Evidence with what it points to, so that a reader needs nothing else. */
export interface Proof extends Evidence {
  readonly container?: string
  readonly argv: readonly string[]
  readonly exitCode: number | null
  /** Unix ms, the pod's clock */
  readonly at: number
  /** the line, or the JSON at the pointer; cut at 400 characters */
  readonly excerpt: string
}

/** Packets of the time before a finding, kept by a ring that it froze (docs/trace.md): a file at `/v1/rings/{ring}/file`. */
export interface CaptureRef {
  readonly ring: string
  /** Unix ms, the controller's clock */
  readonly frozenAt: number
}

/** One thing a check says about one subject. `key` is its identity over time: cluster, trench, check, subject, about; never the text. */
export interface Finding {
  readonly key: string
  readonly check: string
  readonly severity: Severity
  readonly trench: string
  readonly subject: Subject
  readonly message: string
  readonly text: string
  readonly about: About
  readonly evidence: readonly Proof[]
  readonly why: string
  readonly fix: string
  /** seen in only one of two looks */
  readonly flapping?: true
  /** of a flapping one: what the same commands printed in the look that does not say it */
  readonly otherLook?: readonly Proof[]
  readonly captures?: readonly CaptureRef[]
  /** key of the root this follows from */
  readonly explainedBy?: string
}

/** A check's answer for one subject. */
export interface Verdict {
  readonly check: string
  readonly subject: Subject
  readonly severity: Severity
  readonly verdict: VerdictKind
  /** of `unknown` and `not-applicable` */
  readonly reason?: string
  /** what a complete answer would have needed, `pod: fact: reason` */
  readonly unseen: readonly string[]
  readonly findings: readonly Finding[]
  /** key of the finding that explains why this is unknown */
  readonly explainedBy?: string
}

/** Whether what the check no longer says is gone: it could look at everything. A failure stands on what was seen, too, and may be silent about the rest. */
export function sawAll({ verdict, unseen }: Verdict): boolean {
  return verdict !== 'unknown' && unseen.length === 0
}

export function findingKey(trench: Trench, check: string, subject: Subject, about: About): string {
  const identity = JSON.stringify([trench.cluster.uid, trench.namespace, trench.name, check, subjectKey(subject), Object.entries(about).sort(([a], [b]) => (a < b ? -1 : 1))])
  return createHash('sha256').update(identity).digest('base64url').slice(0, 16)
}
