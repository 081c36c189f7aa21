export interface IpRule {
  pointer: string
  pref: number
  /** `all`, an address, or address/prefix */
  from: string
  iif?: string
  fwmark?: number
  /** keeps its name where it has one (`main`, `local`) */
  table?: string
}

/**
 * Parses `ip -j -4 rule` and `ip -j -6 rule` (iproute2 6.1; the recorded trenches).
 *     {"priority":96,"src":"all","fwmark":"0x13e2","table":"5090"}  →  { pointer: '/1', pref: 96, from: 'all', fwmark: 5090, table: '5090' }
 * `pointer` is the rule's place in the array.
 * @throws {SyntaxError} on what is not such a list, quoting it
 */
export function parseIpRules(text: string): IpRule[] {
  const rows: unknown = JSON.parse(text)
  if (!Array.isArray(rows)) throw new SyntaxError(`not a list of rules: ${text.slice(0, 80)}`)
  return rows.map((row, index) => {
    if (typeof row?.priority !== 'number' || typeof row.src !== 'string') throw new SyntaxError(`not a rule: ${JSON.stringify(row)}`)
    return {
      pointer: `/${index}`,
      pref: row.priority,
      from: row.srclen === undefined ? row.src : `${row.src}/${row.srclen}`,
      ...(row.iif !== undefined && { iif: String(row.iif) }),
      ...(row.fwmark !== undefined && { fwmark: Number(row.fwmark) }),
      ...(row.table !== undefined && { table: String(row.table) }),
    }
  })
}
