import { visible } from './visible.ts'

/** Rows as aligned lines, two blanks between columns, nothing after the last word. */
export function table(given: readonly (readonly string[])[]): string[] {
  const rows = given.map(row => row.map(visible))
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  return rows.map(row => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd())
}
