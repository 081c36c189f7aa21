import { stringify } from 'yaml'
import { table } from './table.ts'

/** How a list can be printed. `wide` has the columns that do not fit on a narrow terminal; `name` one name a line, for other commands. */
export const listFormats = ['text', 'wide', 'name', 'json', 'yaml'] as const
export type ListFormat = (typeof listFormats)[number]

export interface Column<T> {
  readonly title: string
  readonly cell: (item: T) => string
  /** only with `wide` */
  readonly wide?: true
}

/** Lines of a list; `value` is what `json` and `yaml` print: what the API returned. */
export function listLines<T>(items: readonly T[], format: string, columns: readonly Column<T>[], nameOf: (item: T) => string, value: unknown = { items }): readonly string[] {
  if (format === 'json' || format === 'yaml') return dataLines(value, format)
  if (format === 'name') return items.map(nameOf)
  const shown = columns.filter(column => !column.wide || format === 'wide')
  return table([shown.map(({ title }) => title), ...items.map(item => shown.map(({ cell }) => cell(item)))])
}

export function dataLines(value: unknown, format: 'json' | 'yaml'): readonly string[] {
  return [format === 'json' ? JSON.stringify(value, null, 2) : stringify(JSON.parse(JSON.stringify(value)), { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd()]
}

/** How long ago, as kubectl says it: 45s, 12m, 3h, 4d. */
export function age(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`
}
