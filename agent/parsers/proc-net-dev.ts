export interface InterfaceCounter {
  line: number
  interface: string
  /** `rx errs`, `rx drop`, `tx errs` …: direction and column as the file heads it */
  name: string
  value: number
}

/**
 * Parses /proc/net/dev: two lines of heading, then a line per interface, the name ended by a colon (kernel net/core/net-procfs.c).
 *     nsm-1:   67622     858    0    0 …  →  { line: 5, interface: 'nsm-1', name: 'rx bytes', value: 67622 } …
 * `drop` of rx counts frames the kernel missed, too.
 * @throws {SyntaxError} on a heading or a line of another shape, quoting it
 */
export function parseProcNetDev(text: string): InterfaceCounter[] {
  const [, heading = '', ...rows] = text.split('\n')
  const [, rx, tx] = heading.split('|')
  if (rx === undefined || tx === undefined) throw new SyntaxError(`not the heading of interface counters: ${heading}`)
  const names = [['rx', rx], ['tx', tx]].flatMap(([side, columns = '']) => columns.trim().split(/\s+/).map(column => `${side} ${column}`))
  return rows.flatMap((row, index) => {
    if (row === '') return []
    const [, name, counts] = /^\s*(\S+):\s*([\d\s]+)$/.exec(row) ?? []
    const values = counts?.trim().split(/\s+/).map(Number) ?? []
    if (name === undefined || values.length !== names.length) throw new SyntaxError(`not the counters of an interface: ${row}`)
    return names.map((column, place) => ({ line: index + 3, interface: name, name: column, value: values[place] ?? 0 }))
  })
}
