import type { Role } from '#judge/subject.ts'
import type { AnyCheck } from '#judge/check.ts'
import { type CheckView, viewOf } from '../api/checks.ts'

/** docs/checks.md: every check of a profile, by what it judges, and which check carries which number of the catalogue. Made by `node build.mjs docs`. */
export function checksPage(checks: readonly AnyCheck[]): string {
  const views = checks.map(viewOf)
  return [
    '# Checks',
    '',
    `${views.length} checks of a Meridio trench, as \`trenchscope checks\` and \`trenchscope explain ID\` print them. Made by \`node build.mjs docs\`; edit the checks, not this page.`,
    'Severity is what traffic feels: `outage` (all of it, here), `loss` (part of it), `risk` (nothing yet), `note`. A check that reads a fact which could not be seen is `unknown`, never `ok`.',
    '',
    ...subjects.flatMap(([role, title]) => sectionOf(title, views.filter(({ subject }) => subject === role))),
    '## By catalogue number',
    '',
    'Numbers of knowledge/meridio.md §7: K control plane, L load balancer, P proxy, T target, X across pods.',
    '',
    ...numbersOf(views).map(([number, ids]) => `- ${number}: ${ids.map(linkTo).join(', ')}`),
    '',
  ].join('\n')
}

const subjects: readonly (readonly [Role, string])[] = [['trench', 'The trench'], ['lb', 'Load balancer and frontend'], ['proxy', 'Proxy'], ['tapa', 'Target']]

function sectionOf(title: string, views: readonly CheckView[]): readonly string[] {
  if (views.length === 0) return []
  return [`## ${title}`, '', ...views.flatMap(view => [
    `### ${view.id}`,
    '',
    `**${view.severity}.** ${view.why}`,
    '',
    `- Fix: ${view.fix}`,
    `- Reads: ${view.reads.join('; ')}`,
    ...(view.explains.length > 0 ? [`- Explains: ${view.explains.map(linkTo).join(', ')}`] : []),
    `- Source: ${view.source}`,
    '',
  ])]
}

const linkTo = (id: string): string => `[${id}](#${id})`

/** `L06` → the checks whose source names it, numbers in their order. */
function numbersOf(views: readonly CheckView[]): readonly (readonly [string, readonly string[]])[] {
  const named = views.flatMap(({ id, source }) => [...(source.split('catalogue ')[1] ?? '').matchAll(/\b[KLPTX]\d\d\b/g)].map(([number]) => ({ number, id })))
  return [...Map.groupBy(named, ({ number }) => number)].map(([number, rows]) => [number, rows.map(({ id }) => id)] as const).sort(([a], [b]) => (a < b ? -1 : 1))
}
