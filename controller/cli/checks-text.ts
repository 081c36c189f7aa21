import type { AnyCheck } from '#judge/check.ts'
import { viewOf } from '../api/checks.ts'
import { table } from './table.ts'

/** The catalogue, one check a line. */
export function checkLines(checks: readonly AnyCheck[], output: string): string[] {
  const views = checks.map(viewOf)
  if (output === 'json') return [JSON.stringify({ items: views }, null, 2)]
  return table([['SUBJECT', 'SEVERITY', 'CHECK', 'SOURCE'], ...views.map(view => [view.subject, view.severity, view.id, view.source])])
}

/** One check in full: why, fix, reads, source, what follows from it. */
export function explainLines(check: AnyCheck, output: string): string[] {
  const view = viewOf(check)
  if (output === 'json') return [JSON.stringify(view, null, 2)]
  return [
    `${view.id} (${view.severity}, judged per ${view.subject})`,
    `why     ${view.why}`,
    `fix     ${view.fix}`,
    ...view.reads.map((read, index) => `${index === 0 ? 'reads ' : '      '}  ${read}`),
    ...(view.explains.length > 0 ? [`explains ${view.explains.join(', ')}`] : []),
    `source  ${view.source}`,
  ]
}
