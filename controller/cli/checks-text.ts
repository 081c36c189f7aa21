import type { AnyCheck } from '#judge/check.ts'
import { viewOf } from '../api/checks.ts'
import { checkColumns } from '../api/columns.ts'
import { dataLines, listLines } from './output.ts'

/** The catalogue, one check a line. */
export function checkLines(checks: readonly AnyCheck[], output: string): readonly string[] {
  const views = checks.map(viewOf)
  return listLines(views, output, checkColumns, ({ id }) => id)
}

/** One check in full: why, fix, reads, source, what follows from it. */
export function explainLines(check: AnyCheck, output: string): readonly string[] {
  const view = viewOf(check)
  if (output === 'json' || output === 'yaml') return dataLines(view, output)
  if (output === 'name') return [view.id]
  return [
    `${view.id} (${view.severity}, judged per ${view.subject})`,
    `why       ${view.why}`,
    `fix       ${view.fix}`,
    ...view.reads.map((read, index) => `${index === 0 ? 'reads' : '     '}     ${read}`),
    ...(view.explains.length > 0 ? [`explains  ${view.explains.join(', ')}`] : []),
    `source    ${view.source}`,
  ]
}
