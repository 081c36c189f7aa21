export interface NetworkCounter {
  line: number
  /** `Ip`, `Tcp`, `Udp`, `TcpExt` …; of /proc/net/snmp6 `Ip6`, `Udp6` … */
  group: string
  name: string
  value: number
}

/**
 * Parses /proc/net/snmp and /proc/net/netstat: a line of names, then a line of values, per group. `line` is that of the values.
 *     Udp: InDatagrams NoPorts … / Udp: 12 0 …
 * @throws {SyntaxError} on lines that are not such a pair, quoting the first
 */
export function parseProcNetSnmp(text: string): NetworkCounter[] {
  const rows = text.split('\n')
  return rows.flatMap((names, index) => {
    if (names === '' || index % 2 === 1) return []
    const [group = '', ...words] = names.split(/:? +/)
    const [again, ...values] = (rows[index + 1] ?? '').split(/:? +/)
    if (again !== group || values.length < words.length) throw new SyntaxError(`not a pair of counter lines: ${names}`)
    return words.map((name, place) => ({ line: index + 2, group, name, value: Number(values[place]) }))
  })
}

/**
 * Parses /proc/net/snmp6: a counter a line.
 *     Ip6InReceives                   	303  →  { line: 1, group: 'Ip6', name: 'InReceives', value: 303 }
 * @throws {SyntaxError} on another line, quoting it
 */
export function parseProcNetSnmp6(text: string): NetworkCounter[] {
  return text.split('\n').flatMap((row, index) => {
    if (row === '') return []
    const match = /^([A-Z][a-z]+Lite6|[A-Z][a-z]+6)(\w+)\s+(\d+)$/.exec(row)
    if (!match) throw new SyntaxError(`not a counter: ${row}`)
    return [{ line: index + 1, group: match[1] ?? '', name: match[2] ?? '', value: Number(match[3]) }]
  })
}
