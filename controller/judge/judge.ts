import type { CommandRecord } from '#facts/fact.ts'
import { type AnyCheck, type Evidence, type Said, sayOf } from './check.ts'
import { type Finding, findingKey, type Proof, type Verdict } from './finding.ts'
import { subjectsOf } from './plan.ts'
import { sightOf } from './reads.ts'
import type { Snapshot } from './snapshot.ts'
import type { Subject } from './subject.ts'
import { type World, worldOf } from './world.ts'

/** Judges a snapshot: every check for every subject it has in the trench. Pure: no I/O, no clock, no memory of earlier passes. */
export function judgeSnapshot(checks: readonly AnyCheck[], snapshot: Snapshot): readonly Verdict[] {
  const world = worldOf(snapshot)
  return checks.flatMap(check => subjectsOf(check, snapshot.trench).map(subject => judgeOne(check, subject, world)))
}

/** One check for one subject. `ok` needs complete sight; findings stand on what was seen. */
export function judgeOne(check: AnyCheck, subject: Subject, world: World): Verdict {
  const base = { check: check.id, subject, severity: check.severity, findings: [] as Finding[] }
  let pods: readonly string[] = []
  try {
    const foreign = check.notFor?.(world.snapshot.trench)
    if (foreign !== undefined) return { ...base, verdict: 'not-applicable', reason: foreign, unseen: [] }
    const sight = sightOf(check, subject, world)
    const { values, missing } = sight
    pods = sight.unseen
    if (missing.length > 0) return { ...base, verdict: 'unknown', reason: missing.join('; '), unseen: [...missing, ...pods] }
    const reason = check.unless?.(values as never, subject)
    if (reason !== undefined) return { ...base, verdict: 'not-applicable', reason, unseen: pods }
    if (check.complete && pods.length > 0) return { ...base, verdict: 'unknown', reason: notSeen(pods), unseen: pods }
    const unseen = [...pods, ...(check.unseen?.(values as never, subject) ?? [])]
    const said = check.judge(values as never, sayOf(check.messages) as never, subject)
    const findings = said.map(saying => findingOf(saying, check, subject, world))
    if (findings.length > 0) return { ...base, verdict: 'fail', unseen, findings }
    return unseen.length > 0 ? { ...base, verdict: 'unknown', reason: notSeen(unseen), unseen } : { ...base, verdict: 'ok', unseen }
  } catch (error) {
    // a check that breaks on what it reads must not end the sweep, and must not look like a healthy subject
    return { ...base, verdict: 'unknown', reason: `the check itself failed: ${error instanceof Error ? error.message : error}`, unseen: pods }
  }
}

function notSeen(unseen: readonly string[]): string {
  return unseen.length === 1 ? (unseen[0] ?? '') : `${unseen.length} not seen: ${unseen.slice(0, 3).join('; ')}${unseen.length > 3 ? ' …' : ''}`
}

function findingOf(saying: Said, check: AnyCheck, subject: Subject, world: World): Finding {
  const { trench } = world.snapshot
  return {
    key: findingKey(trench, check.id, subject, saying.about),
    check: check.id,
    severity: check.severity,
    trench: trench.id,
    subject,
    message: saying.message,
    text: saying.text,
    about: saying.about,
    evidence: saying.evidence.map(evidence => proofOf(evidence, world)),
    why: check.why,
    fix: check.fix,
  }
}

/** Evidence with what it points to in this world. */
export function proofOf(evidence: Evidence, world: World): Proof {
  const record = world.record(evidence)
  const container = world.sight(evidence.pod)?.container
  return {
    ...evidence,
    ...(container !== undefined && { container }),
    argv: record?.argv ?? [],
    exitCode: record?.exitCode ?? null,
    at: record?.startedAt ?? 0,
    excerpt: record ? excerptOf(evidence, record) : '',
  }
}

function excerptOf(evidence: Evidence, record: CommandRecord): string {
  if (record.error && record.stdout === '') return record.error.message.slice(0, 400)
  const text = record.stdout || record.stderr
  if (evidence.line !== undefined) return (text.split('\n')[evidence.line - 1] ?? '').slice(0, 400)
  if (evidence.pointer !== undefined) return JSON.stringify(valueAt(JSON.parse(text), evidence.pointer) ?? null).slice(0, 400)
  return text.trim().slice(0, 400)
}

/** The value an RFC 6901 pointer names, or undefined. */
export function valueAt(value: unknown, pointer: string): unknown {
  return pointer.split('/').slice(1).reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')], value)
}

