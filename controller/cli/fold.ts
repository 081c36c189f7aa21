import { stripVTControlCharacters } from 'node:util'

/**
 * Folds a line to a terminal's width, what follows indented: a row of columns between two of them, at two blanks each, other text at blanks.
 * A word that is longer stays whole.
 */
export function fold(line: string, columns: number): string {
  // colours stand before the first fold and take no room
  const unseen = line.length - stripVTControlCharacters(line).length
  if (line.length - unseen <= columns) return line
  const lines: string[] = []
  const isRow = !line.startsWith(' ')
  let rest = isRow ? line.replace(/ {3,}/g, '  ') : line
  for (let room = columns + unseen, indent = ''; rest.length > room; room = columns - 4, indent = '    ') {
    const column = isRow ? rest.lastIndexOf('  ', room) : -1
    const at = column > room / 3 ? column : rest.lastIndexOf(' ', room)
    const end = at > 0 ? at : rest.indexOf(' ', room)
    if (end < 0) break
    lines.push(indent + rest.slice(0, end).trimEnd())
    rest = rest.slice(end).trimStart()
  }
  return [...lines, (lines.length > 0 ? '    ' : '') + rest].join('\n')
}
