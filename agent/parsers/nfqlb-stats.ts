const names = [
  'hsize', 'ttlMillis', 'collisions', 'inserts', 'rejected', 'lookups', 'objGC', 'mtu',
  'bucketsMax', 'bucketsAllocated', 'bucketsUsed', 'fragsMax', 'fragsAllocated', 'fragsDiscarded', 'reAssembled',
] as const

/** Fragment statistics; nfqlb counts nothing else. `inserts` above 0 in a Meridio load balancer: fragments reach nfqlb. */
export type NfqlbStats = { line: number } & Readonly<Record<(typeof names)[number], number>>

/**
 * Parses `nfqlb stats` (nfqlb 1.1.4 and 1.2.0). Not JSON: a comma is missing. `line` is the first.
 * @throws {SyntaxError} on a line it cannot read, quoting it, and when a counter is missing
 */
export function parseNfqlbStats(text: string): NfqlbStats {
  const rows = text.split('\n')
  const counters = Object.fromEntries(rows.flatMap((row, index) => {
    if (row === (index === 0 ? '{' : '}') || (row === '' && index === rows.length - 1)) return []
    const match = /^ {2}"(\w+)": +(\d+),?$/.exec(row)
    if (!match) throw new SyntaxError(`line ${index + 1} is not of nfqlb's statistics: ${row}`)
    return [[match[1], Number(match[2])]]
  }))
  const missing = names.find(name => counters[name] === undefined)
  if (missing) throw new SyntaxError(`nfqlb's statistics have no ${missing}: ${text.slice(0, 80)}`)
  return { line: 1, ...counters } as NfqlbStats
}
