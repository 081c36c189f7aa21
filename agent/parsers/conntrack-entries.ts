export interface ConntrackEntry {
  line: number
  protocol: string
  /** of the first packet */
  source: string
  destination: string
}

/**
 * Parses `conntrack -L` (conntrack-tools 1.4.7, both families in one listing; the summary is on stderr).
 *     tcp      6 119 TIME_WAIT src=192.0.2.10 dst=10.0.0.1 sport=35526 dport=5001 src=10.0.0.1 …  →  { line: 1, protocol: 'tcp', source: '192.0.2.10', destination: '10.0.0.1' }
 * @throws {SyntaxError} on another line, quoting it
 */
export function parseConntrackEntries(text: string): ConntrackEntry[] {
  return text.split('\n').flatMap((row, index) => {
    if (row === '') return []
    const match = /^(\w+) +\d+ .*?\bsrc=(\S+) dst=(\S+) /.exec(row)
    if (!match) throw new SyntaxError(`not a tracked connection: ${row}`)
    return [{ line: index + 1, protocol: match[1] ?? '', source: match[2] ?? '', destination: match[3] ?? '' }]
  })
}
