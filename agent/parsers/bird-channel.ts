import { birdFields, type BirdTimer, present } from './bird-fields.ts'
import type { BirdLine } from './bird-reply.ts'

/** Columns of BIRD's route change counters. BIRD 2 has no `rxLimit` and `limit`; what a row does not count is absent. */
export type BirdChanges = Partial<Record<'received' | 'rejected' | 'filtered' | 'ignored' | 'rxLimit' | 'limit' | 'accepted', number>>

export interface BirdLimit {
  line: number
  limit: number
  /** BIRD 3 does not say so for action `warn` */
  hit: boolean
  action: string
}

/** One address family of a protocol, between the protocol and a table. */
export interface BirdChannel {
  line: number
  /** `ipv4`, `ipv6` */
  name: string
  /** START with routes: stale ones, kept during a graceful restart. STOP and RESTART: BIRD 3 */
  state: 'DOWN' | 'START' | 'UP' | 'FLUSHING' | 'STOP' | 'RESTART'
  /** BIRD 3 */
  importState?: string
  exportState?: string
  table: string
  preference: number
  /** name of the filter, `ACCEPT`, `REJECT` or `(unnamed)` */
  inputFilter: string
  outputFilter: string
  receiveLimit?: BirdLimit
  importLimit?: BirdLimit
  exportLimit?: BirdLimit
  /** absent while the channel is DOWN; `filtered` only with `import keep filtered` */
  routes?: { line: number; imported: number; filtered?: number; exported: number; preferred: number }
  importUpdates?: BirdChanges
  importWithdraws?: BirdChanges
  exportUpdates?: BirdChanges
  exportWithdraws?: BirdChanges
  /** what a graceful recovery of BIRD itself waits for: `pending`, `waiting`, both or nothing */
  recovery?: string
  /** graceful restart of the neighbour */
  neighborGracefulRestart?: string
  staleTimer?: BirdTimer
  /** the next hop we announce; for IPv6 global and link-local */
  bgpNextHops?: string[]
  /** BIRD 3 */
  pending?: { attributeSets: number; prefixes: number }
  other: { line: number; key: string; value: string }[]
}

/** `rows` are the lines below `Channel NAME` (BIRD nest/proto.c, channel_show_info; the last ones are BGP's). @throws {SyntaxError} */
export function birdChannelOf(opened: { line: number; name: string }, rows: readonly BirdLine[]): BirdChannel {
  const plain = rows.filter(({ text }) => !pendingShape.test(text))
  const waiting = rows.map(({ text }) => pendingShape.exec(text)).find(match => match)
  const fields = birdFields(`channel ${opened.name}`, plain, 4)
  const state = fields.must('State')
  if (!states.has(state)) throw new SyntaxError(`line ${opened.line + 1} is not a channel state: ${state}`)
  const limit = (key: string): BirdLimit | undefined => {
    const found = fields.field(key)
    const match = found && /^(\d+)( \[HIT\])?$/.exec(found.value)
    const action = found && /^ +Action: +(\S+)$/.exec(found.below[0] ?? '')
    if (found && (!match || !action)) throw new SyntaxError(`line ${found.line} is not a limit: ${key}: ${found.value}`)
    return found && { line: found.line, limit: Number(match?.[1]), hit: match?.[2] !== undefined, action: action?.[1] ?? '' }
  }
  return {
    ...opened,
    state: state as BirdChannel['state'],
    ...present({ importState: fields.text('Import state'), exportState: fields.text('Export state') }),
    table: fields.must('Table'),
    preference: fields.mustNumber('Preference'),
    inputFilter: fields.must('Input filter'),
    outputFilter: fields.must('Output filter'),
    ...present({
      receiveLimit: limit('Receive limit'),
      importLimit: limit('Import limit'),
      exportLimit: limit('Export limit'),
      routes: routesOf(fields.field('Routes')),
    }),
    ...changesOf(fields.field('Route change stats')),
    ...present({
      recovery: fields.text('GR recovery'),
      neighborGracefulRestart: fields.text('Neighbor GR'),
      staleTimer: fields.timer('LL stale timer'),
      bgpNextHops: fields.text('BGP Next hop')?.split(' '),
      pending: waiting ? { attributeSets: Number(waiting[1]), prefixes: Number(waiting[2]) } : undefined,
    }),
    other: fields.others(),
  }
}

const states = new Set(['DOWN', 'START', 'UP', 'FLUSHING', 'STOP', 'RESTART'])
const pendingShape = /^ {4}Pending (\d+) attribute sets with total (\d+) prefixes to send$/

function routesOf(field: { line: number; value: string } | undefined): BirdChannel['routes'] {
  if (!field) return undefined
  const match = /^(\d+) imported, (?:(\d+) filtered, )?(\d+) exported, (\d+) preferred$/.exec(field.value)
  if (!match) throw new SyntaxError(`line ${field.line} does not count routes: ${field.value}`)
  const [, imported, filtered, exported, preferred] = match
  return { line: field.line, imported: Number(imported), ...(filtered !== undefined && { filtered: Number(filtered) }), exported: Number(exported), preferred: Number(preferred) }
}

const columns: Readonly<Record<string, keyof BirdChanges>> = { received: 'received', rejected: 'rejected', filtered: 'filtered', ignored: 'ignored', 'RX limit': 'rxLimit', limit: 'limit', accepted: 'accepted' }
const changeRows = { 'Import updates': 'importUpdates', 'Import withdraws': 'importWithdraws', 'Export updates': 'exportUpdates', 'Export withdraws': 'exportWithdraws' } as const

/** The heading names the columns: BIRD 3 has two more. `---` is a counter the row does not keep. */
function changesOf(field: { line: number; value: string; below: readonly string[] } | undefined): Pick<BirdChannel, (typeof changeRows)[keyof typeof changeRows]> {
  if (!field) return {}
  const names = field.value.split(/ {2,}/).map(heading => {
    const name = columns[heading]
    if (!name) throw new SyntaxError(`line ${field.line} has a column nobody knows: ${heading}`)
    return name
  })
  return Object.fromEntries(field.below.map((row, index) => {
    const match = /^ +([^:]+): +(.*)$/.exec(row)
    const kind = changeRows[match?.[1] as keyof typeof changeRows]
    const values = (match?.[2] ?? '').split(/ +/)
    if (!kind || values.length !== names.length || values.some(value => !/^(?:\d+|---)$/.test(value))) throw new SyntaxError(`line ${field.line + 1 + index} does not count route changes: ${row}`)
    return [kind, Object.fromEntries(names.flatMap((name, column) => (values[column] === '---' ? [] : [[name, Number(values[column])]])))]
  }))
}
