import { stringify } from 'yaml'
import type { Column } from '../api/columns.ts'
import { table } from './table.ts'

/** How a list can be printed. `wide` has the columns that do not fit on a narrow terminal; `name` one name a line, for other commands. */
export const listFormats = ['text', 'wide', 'name', 'json', 'yaml'] as const

/** Prints lines; as `text` or `wide` they are folded to a terminal, else they stay as they are. */
export type Print = (lines: readonly string[], format?: string) => void

/** Lines of a list; `value` is what `json` and `yaml` print: what the API returned. */
export function listLines<T>(items: readonly T[], format: string, columns: readonly Column<T>[], nameOf: (item: T) => string, { value = { items }, now = Date.now() }: { readonly value?: unknown; readonly now?: number } = {}): readonly string[] {
  if (format === 'json' || format === 'yaml') return dataLines(value, format)
  if (format === 'name') return items.map(nameOf)
  const shown = columns.filter(column => !column.wide || format === 'wide')
  return table([shown.map(({ title }) => title), ...items.map(item => shown.map(({ cell }) => cell(item, now)))])
}

export function dataLines(value: unknown, format: 'json' | 'yaml'): readonly string[] {
  return [format === 'json' ? JSON.stringify(value, null, 2) : stringify(JSON.parse(JSON.stringify(value)), { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd()]
}
