import { type About, type AnyCheck, severities } from './check.ts'
import type { Finding, Verdict } from './finding.ts'
import type { Standing } from './profile.ts'
import { type Subject, subjectKey } from './subject.ts'

/**
 * Marks each finding, and each `unknown` verdict, that follows from another finding with the key of its root. Edges are the checks' `explains`;
 * two findings meet where they stand in one place and do not speak of different families, streams, targets, gateways or VIPs. A finding about
 * the trench stands everywhere, unless it or the profile's `standing` names pods.
 * Deterministic: worst severity first, what stands before what flaps, then the order of checks and subjects.
 */
export function explainVerdicts(verdicts: readonly Verdict[], checks: readonly AnyCheck[], standing: (subject: Subject, about: About) => Standing = bare): readonly Verdict[] {
  const explains = new Map(checks.map(check => [check.id, new Set(check.explains ?? [])]))
  const nodes = verdicts.flatMap(verdict => verdict.findings.map(finding => nodeOf(finding, standing)))
  const causeOf = new Map<Node, Node>()
  for (const node of nodes) {
    const causes = nodes.filter(other => other !== node && explains.get(other.finding.check)?.has(node.finding.check) && meet(other, node))
    const cause = causes.sort(byWeight)[0]
    if (cause) causeOf.set(node, cause)
  }
  const rootOf = (node: Node): Node => {
    const path: Node[] = []
    let at: Node | undefined = node
    while (at && !path.includes(at)) {
      path.push(at)
      at = causeOf.get(at)
    }
    // a ring of mutual causes has no root: its heaviest stands for it, the first of equals
    const ring = at ? path.slice(path.indexOf(at)) : path.slice(-1)
    return ring.sort((a, b) => byWeight(a, b) || nodes.indexOf(a) - nodes.indexOf(b))[0] ?? node
  }
  const roots = new Map(nodes.map(node => [node.finding.key, rootOf(node)]))
  return verdicts.map(verdict => {
    if (verdict.verdict === 'unknown') {
      const blind = { finding: { check: verdict.check }, ...placeOf(verdict.subject, {}, standing) } as Node
      const cause = nodes.filter(node => explains.get(node.finding.check)?.has(verdict.check) && meet(node, blind)).sort(byWeight)[0]
      const root = cause && roots.get(cause.finding.key)
      return root ? { ...verdict, explainedBy: root.finding.key } : verdict
    }
    const findings = verdict.findings.map(finding => {
      const root = roots.get(finding.key)
      return root && root.finding.key !== finding.key ? { ...finding, explainedBy: root.finding.key } : finding
    })
    return { ...verdict, findings }
  })
}

/** Findings in the order a person should read them: a root, then what it explains; groups by the worst thing in them. */
export function orderFindings(verdicts: readonly Verdict[]): readonly Finding[] {
  const findings = verdicts.flatMap(verdict => verdict.findings)
  const groups = Map.groupBy(findings, finding => finding.explainedBy ?? finding.key)
  const worst = (group: readonly Finding[]): number => Math.min(...group.map(rank))
  return [...groups.values()]
    .map(group => group.sort((a, b) => Number(a.explainedBy !== undefined) - Number(b.explainedBy !== undefined) || rank(a) - rank(b)))
    .sort((a, b) => worst(a) - worst(b) || b.length - a.length)
    .flat()
}

interface Node extends Standing {
  readonly finding: Finding
  readonly subject: string
}

const bare = (_subject: Subject, about: About): Standing => ({ about, places: [] })
/** What was gone at one of two looks hurts less than what stands, but no less than a note. */
const rank = ({ severity, flapping }: Finding): number => {
  const place = severities.indexOf(severity)
  return flapping ? Math.max(place, severities.indexOf('risk')) + 0.5 : place
}
const byWeight = (a: Node, b: Node): number => rank(a.finding) - rank(b.finding)
const contradicting = ['family', 'stream', 'flow', 'target', 'gateway', 'vip'] as const

function nodeOf(finding: Finding, standing: (subject: Subject, about: About) => Standing): Node {
  return { finding, ...placeOf(finding.subject, finding.about, standing) }
}

function placeOf(subject: Subject, said: About, standing: (subject: Subject, about: About) => Standing): Omit<Node, 'finding'> {
  const key = subjectKey(subject)
  const { about, places, row } = standing(subject, said)
  return { subject: key, about, ...(row !== undefined && { row }), places: [key, ...places, ...[about.pod, about.target, about.gateway].filter(place => place !== undefined)] }
}

function meet(a: Node, b: Node): boolean {
  if (contradicting.some(key => a.about[key] !== undefined && b.about[key] !== undefined && a.about[key] !== b.about[key])) return false
  if (a.subject === b.subject && a.about.interface !== undefined && b.about.interface !== undefined && a.about.interface !== b.about.interface) return false
  if (a.row !== undefined && a.row === b.row && a.subject !== b.subject) return false
  return isEverywhere(a) || isEverywhere(b) || a.places.some(place => b.places.includes(place))
}

/** A finding about the trench that names no pod. */
function isEverywhere(node: Node): boolean {
  return node.subject === 'trench' && node.places.length === 1
}
