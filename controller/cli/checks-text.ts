import type { AnyCheck } from '#judge/check.ts'
import { type CheckView, viewOf } from '../api/checks.ts'
import { type Column, dataLines, listLines } from './output.ts'

const columns: readonly Column<CheckView>[] = [
  { title: 'SUBJECT', cell: ({ subject }) => subject }, { title: 'SEVERITY', cell: ({ severity }) => severity }, { title: 'CHECK', cell: ({ id }) => id }, { title: 'SOURCE', cell: ({ source }) => source }, { title: 'WHY', cell: ({ why }) => why, wide: true },
]

/** The catalogue, one check a line. */
export function checkLines(checks: readonly AnyCheck[], output: string): readonly string[] {
  const views = checks.map(viewOf)
  return listLines(views, output, columns, ({ id }) => id)
}

/** One check in full: why, fix, reads, source, what follows from it. */
export function explainLines(check: AnyCheck, output: string): readonly string[] {
  const view = viewOf(check)
  if (output === 'json' || output === 'yaml') return dataLines(view, output)
  if (output === 'name') return [view.id]
  return [
    `${view.id} (${view.severity}, judged per ${view.subject})`,
    `why     ${view.why}`,
    `fix     ${view.fix}`,
    ...view.reads.map((read, index) => `${index === 0 ? 'reads ' : '      '}  ${read}`),
    ...(view.explains.length > 0 ? [`explains ${view.explains.join(', ')}`] : []),
    `source  ${view.source}`,
  ]
}
