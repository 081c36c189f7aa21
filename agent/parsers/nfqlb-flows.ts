export interface NfqlbFlow {
  line: number
  name: string
  /** higher goes first; signed, although nfqlb prints it unsigned (4294967291 is -5) */
  priority: number
  /** absent: any; so for every list below */
  protocols?: string[]
  dests?: NfqlbNet[]
  dports?: NfqlbPorts[]
  srcs?: NfqlbNet[]
  sports?: NfqlbPorts[]
  /** normalised by nfqlb: `tcp[12:2]&0x1ff=0x2` */
  match?: string[]
  udpencap?: number
  /** packets matched; uint32, wraps, starts anew when the flow is redefined or the load balancer restarts */
  matches: number
  /** the stream's shared memory; absent for trace flows and for `companion` */
  userRef?: string
  /** made by nfqlb itself for a flow with udpencap (`#NAME`); nobody configured it */
  companion: boolean
}

export interface NfqlbNet {
  family: 'IPv4' | 'IPv6'
  cidr: string
}

export interface NfqlbPorts {
  from: number
  to: number
}

/**
 * Parses `nfqlb flow-list` and `nfqlb trace-flow-list` (nfqlb 1.1.4 and 1.2.0, both print the same), in the order nfqlb evaluates them.
 * It looks like JSON, but names are not escaped: it is read line by line, as nfqlb writes it. IPv4 nets are printed as
 * `::ffff:a.b.c.d/(96+n)` and given back as IPv4. No flow is `[]`; nothing at all is a load balancer that died or dropped the request.
 * @throws {SyntaxError} on a line it cannot read, quoting it, and on a listing without its end
 */
export function parseNfqlbFlows(text: string): NfqlbFlow[] {
  const rows = text.split('\n')
  if (rows.at(-1) === '') rows.pop()
  if (rows.length === 0) throw new SyntaxError('nfqlb printed no list of flows, not even an empty one')
  if (rows.length === 1 && rows[0] === '[]') return []
  if (rows.at(-1) !== '}]') throw new SyntaxError(`the list of flows stops before its end, after: ${rows.at(-1)}`)
  const flows: NfqlbFlow[] = []
  let block: Row[] | undefined
  for (const [index, row] of rows.entries()) {
    if (row === (index === 0 ? '[{' : '{') && !block) block = []
    else if (block && row === (index === rows.length - 1 ? '}]' : '},')) {
      flows.push(flowOf(index - block.length, block))
      block = undefined
    } else if (block) block.push({ line: index + 1, text: row })
    else throw new SyntaxError(`line ${index + 1} is not of a list of flows: ${row}`)
  }
  return flows
}

interface Row {
  line: number
  text: string
}

/** `line` is the one that opens the flow. */
function flowOf(line: number, rows: readonly Row[]): NfqlbFlow {
  const values = valuesOf(rows)
  const take = (key: string): string[] | undefined => {
    const found = values.get(key)
    values.delete(key)
    return found
  }
  const one = (key: string): string => {
    const [value] = take(key) ?? []
    if (value === undefined) throw new SyntaxError(`the flow of line ${line} has no ${key}`)
    return value
  }
  const name = one('name')
  const priority = Number(one('priority'))
  const [userRef] = take('user_ref') ?? []
  const [protocols, dests, dports, srcs, sports, match, udpencap] = ['protocols', 'dests', 'dports', 'srcs', 'sports', 'match', 'udpencap'].map(take)
  return {
    line,
    name,
    priority: priority > 0x7fff_ffff ? priority - 0x1_0000_0000 : priority,
    ...(protocols && { protocols }),
    ...(dests && { dests: dests.map(netOf) }),
    ...(dports && { dports: dports.map(portsOf) }),
    ...(srcs && { srcs: srcs.map(netOf) }),
    ...(sports && { sports: sports.map(portsOf) }),
    ...(match && { match }),
    ...(udpencap && { udpencap: Number(udpencap[0]) }),
    matches: Number(one('matches_count')),
    ...(userRef !== undefined && userRef !== 'NULL' && { userRef }),
    companion: name.startsWith('#') && userRef === 'NULL',
  }
}

const texts = new Set(['name', 'user_ref'])
const numbers = new Set(['priority', 'udpencap', 'matches_count'])
const lists = new Set(['dests', 'dports', 'srcs', 'sports', 'match'])

function valuesOf(rows: readonly Row[]): Map<string, string[]> {
  const values = new Map<string, string[]>()
  let open: string[] | undefined
  for (const [index, { line, text }] of rows.entries()) {
    const row = index === rows.length - 1 || open ? text : text.replace(/,$/, '')
    const item = open && /^ {4}"(.*)",?$/s.exec(text)
    const [, key = '', value = ''] = (!open && /^ {2}"(\w+)": (.*)$/s.exec(row)) || []
    const quoted = /^"(.*)"$/s.exec(value)
    if (open && item) open.push(item[1] ?? '')
    else if (open && /^ {2}\],?$/.test(text)) open = undefined
    else if (texts.has(key) && quoted) values.set(key, [quoted[1] ?? ''])
    else if (numbers.has(key) && /^\d+$/.test(value)) values.set(key, [value])
    else if (key === 'protocols' && /^\[ "\w+"(?:, "\w+")* \]$/.test(value)) values.set(key, [...value.matchAll(/\w+/g)].map(([word]) => word))
    else if (lists.has(key) && value === '[') values.set(key, (open = []))
    else throw new SyntaxError(`line ${line} is not of a flow: ${text}`)
  }
  if (open) throw new SyntaxError(`line ${rows.at(-1)?.line} leaves a list open: ${rows.at(-1)?.text}`)
  return values
}

function netOf(text: string): NfqlbNet {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(text)
  if (mapped && Number(mapped[2]) >= 96) return { family: 'IPv4', cidr: `${mapped[1]}/${Number(mapped[2]) - 96}` }
  if (!/^[\da-f:.]+\/\d+$/.test(text)) throw new SyntaxError(`not a net: ${text}`)
  return { family: 'IPv6', cidr: text }
}

function portsOf(text: string): NfqlbPorts {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text)
  if (!match) throw new SyntaxError(`not a range of ports: ${text}`)
  return { from: Number(match[1]), to: Number(match[2] ?? match[1]) }
}
