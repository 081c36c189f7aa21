import packageJson from '../../package.json' with { type: 'json' }
import type { AnyCheck } from '#judge/check.ts'
import { viewOf } from '../api/checks.ts'
import { junitOf } from '../api/formats/junit.ts'
import { sarifOf } from '../api/formats/sarif.ts'
import type { ReportView } from '../api/silenced.ts'
import { dataLines } from './output.ts'
import { reportLines, type TextOptions } from './report-text.ts'

/** `name`: one `trench check subject` a line, of what was found. `junit` and `sarif` are files for CI. */
export const sweepFormats = ['text', 'wide', 'name', 'json', 'yaml', 'junit', 'sarif'] as const

export function sweepLines(reports: readonly ReportView[], format: string, checks: readonly AnyCheck[], text: TextOptions): readonly string[] {
  switch (format) {
    case 'json': case 'yaml': return dataLines({ reports }, format)
    case 'junit': return [junitOf(reports).trimEnd()]
    case 'sarif': return [JSON.stringify(sarifOf(reports, checks.map(viewOf), packageJson.version), null, 2)]
    case 'name': return reports.flatMap(report => report.findings.map(({ check, subject, key }) => `${report.trench.name}/${check}/${subject.name} ${key}`))
    default: return reportLines(reports, { ...text, all: text.all || format === 'wide' })
  }
}
