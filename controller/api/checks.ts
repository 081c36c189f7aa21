import type { AnyCheck, Read, Reads, Severity } from '#judge/check.ts'
import type { Role } from '#judge/subject.ts'

/** A check as the API and `explain` show it. */
export interface CheckView {
  readonly id: string
  readonly subject: Role
  readonly severity: Severity
  readonly why: string
  readonly fix: string
  readonly source: string
  readonly explains: readonly string[]
  /** `role: fact`, in the order the check names them; `*` = every pod of the role */
  readonly reads: readonly string[]
}

export function viewOf(check: AnyCheck): CheckView {
  const { id, subject, severity, why, fix, source } = check
  return { id, subject, severity, why, fix, source, explains: check.explains ?? [], reads: [...new Set(Object.values(check.reads as Reads).flatMap(read => readsOf(read, subject)))] }
}

function readsOf(read: Read<unknown>, subject: Role): string[] {
  const of = read.role ?? subject
  const every = read.role && (read.kind === 'each' || read.kind === 'planned')
  const own = `${every ? `every ${of}` : of}: ${read.fact.id}`
  return read.kind === 'planned' ? [...Object.values(read.from ?? {}).flatMap(from => readsOf(from, of)), `${own} (planned from these)`] : [own]
}
