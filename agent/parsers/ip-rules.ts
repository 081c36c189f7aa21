import { type JsonElement, jsonElements } from './json-elements.ts'

export interface IpRule {
  pointer: string
  pref: number
  /** the rule applies to packets that do not match; absent = to those that do */
  not?: true
  /** `all`, an address, or address/prefix */
  from: string
  /** an address, or address/prefix */
  to?: string
  iif?: string
  oif?: string
  fwmark?: number
  /** bits of the mark that count; absent = all */
  fwmask?: number
  /** `lookup`, `blackhole`, `unreachable`, `prohibit`, `goto`, `nop` or `l3mdev` */
  action: string
  /** of a `lookup`; keeps its name where it has one (`main`, `local`) */
  table?: string
  /** further conditions a packet must meet (`ipproto`, `dport`, `uid_start`, `tos` …), as printed */
  also?: string[]
}

/**
 * Parses `ip -j -4 rule` and `ip -j -6 rule` (iproute2 6.1: the recorded trenches and test/fixtures/kernel).
 *     {"priority":96,"src":"all","fwmark":"0x13e2","table":"5090"}  →  { pointer: '/1', pref: 96, from: 'all', fwmark: 5090, action: 'lookup', table: '5090' }
 * `pointer` is the rule's place in the array. A key alone (`"not":null`) is said by being there.
 * @throws {SyntaxError} on what is not such a list, quoting the element
 */
export function parseIpRules(text: string): IpRule[] {
  return jsonElements(text, 'rules').map(({ value, pointer }) => ruleOf(value, pointer))
}

const conditions = ['tos', 'ipproto', 'sport', 'dport', 'sport_start', 'sport_end', 'dport_start', 'dport_end', 'uid_start', 'uid_end', 'tun_id', 'realms']

function ruleOf(row: JsonElement['value'], pointer: string): IpRule {
  const action = actionOf(row)
  if (typeof row.priority !== 'number' || typeof row.src !== 'string' || !action) throw new SyntaxError(`not a rule: ${JSON.stringify(row)}`)
  const also = conditions.filter(key => key in row).map(key => `${key} ${row[key]}`)
  return {
    pointer,
    pref: row.priority,
    ...('not' in row && { not: true }),
    from: prefixOf(row.src, row.srclen),
    ...(row.dst !== undefined && { to: prefixOf(row.dst, row.dstlen) }),
    ...(row.iif !== undefined && { iif: String(row.iif) }),
    ...(row.oif !== undefined && { oif: String(row.oif) }),
    ...(row.fwmark !== undefined && { fwmark: numberOf(row.fwmark, row) }),
    ...(row.fwmask !== undefined && { fwmask: numberOf(row.fwmask, row) }),
    action,
    ...(row.table !== undefined && { table: String(row.table) }),
    ...(also.length > 0 && { also }),
  }
}

function actionOf(row: object & { action?: unknown }): string | undefined {
  if (typeof row.action === 'string') return row.action
  if ('table' in row) return 'lookup'
  return ['goto', 'nop', 'l3mdev'].find(action => action in row)
}

function prefixOf(address: string, length: unknown): string {
  return length === undefined ? address : `${address}/${length}`
}

/** Marks are printed as `"0x13b8"`. */
function numberOf(value: unknown, row: unknown): number {
  const number = Number(value)
  if (!Number.isInteger(number)) throw new SyntaxError(`not a rule: ${JSON.stringify(row)}`)
  return number
}
