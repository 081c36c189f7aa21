import type { Role } from '#judge/subject.ts'
import type { AnyCheck } from '#judge/check.ts'
import { type CheckView, viewOf } from '../api/checks.ts'
import { carriersOf } from './catalogue-page.ts'

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
    'What each number looks at, and what of it is not judged: [catalogue.md](catalogue.md).',
    '',
    ...[...carriersOf(checks)].map(([number, ids]) => `- ${number}: ${ids.map(linkTo).join(', ')}`),
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
