import type { Finding, Verdict } from '#judge/finding.ts'
import { subjectKey } from '#judge/subject.ts'

/** Tells which findings of some checks are new, sweep after sweep. */
export class Red {
  readonly #checks: ReadonlySet<string>
  /** finding → its check and subject */
  readonly #known: Map<string, string>

  /** `known`: what is red already */
  constructor(checks: readonly string[], known: readonly Finding[]) {
    this.#checks = new Set(checks)
    this.#known = new Map(known.filter(({ check }) => this.#checks.has(check)).map(finding => [finding.key, placeOf(finding)]))
  }

  /** The findings of a report that were not red before. What could not be looked at stays as it was. */
  turned({ findings, verdicts }: { readonly findings: readonly Finding[]; readonly verdicts: readonly Verdict[] }): readonly Finding[] {
    const good = new Set(verdicts.filter(({ verdict }) => verdict === 'ok').map(placeOf))
    for (const [key, place] of this.#known) if (good.has(place)) this.#known.delete(key)
    const fresh = findings.filter(({ check, key }) => this.#checks.has(check) && !this.#known.has(key))
    for (const finding of fresh) this.#known.set(finding.key, placeOf(finding))
    return fresh
  }
}

function placeOf({ check, subject }: Pick<Finding, 'check' | 'subject'>): string {
  return `${check} ${subjectKey(subject)}`
}
