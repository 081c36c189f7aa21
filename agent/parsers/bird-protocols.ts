import { type BirdBgp, birdBgpOf } from './bird-bgp.ts'
import { type BirdChannel, birdChannelOf } from './bird-channel.ts'
import { birdFields, present } from './bird-fields.ts'
import { BirdError, type BirdLine, noProtocolsMatch, parseBirdReply } from './bird-reply.ts'
import { birdTime } from './bird-time.ts'

export interface BirdProtocol {
  line: number
  name: string
  /** `BGP`, `BFD`, `Static`, `Kernel`, `Device` … */
  proto: string
  /** absent unless the protocol has exactly one channel, and always for BGP */
  table?: string
  state: 'down' | 'start' | 'up' | 'stop' | 'flush'
  /** last change of `state`, not of the BGP state; see bird-time.ts */
  since: string
  /** BGP: the BGP state and the last error; may be empty */
  info: string
  description?: string
  /** free text, for BGP of the peer's operator */
  message?: string
  /** BIRD 3 */
  created?: string
  lastAutorestart?: string
  routerId?: string
  vrf?: string
  bgp?: BirdBgp
  channels: BirdChannel[]
  /** lines of the protocol this parser has no name for */
  other: { line: number; key: string; value: string }[]
}

/**
 * Parses `show protocols` and `show protocols all`, with or without a pattern; none for `No protocols match`
 * (BIRD nest/proto.c; recorded from 2.0.8 to 3.4.0). Columns are as wide as their longest word: they are split on spaces.
 *     NBR-gateway-v4-a BGP        ---        start  02:55:21.020  Active        Socket: Connection refused
 * @throws {BirdError} when BIRD refused
 * @throws {SyntaxError} on a line it cannot read, quoting it
 */
export function parseBirdProtocols(text: string): BirdProtocol[] {
  const blocks: { head: BirdLine; rows: BirdLine[] }[] = []
  for (const row of linesOf(text)) {
    if (row.text === '' || heading.test(row.text)) continue
    const current = blocks.at(-1)
    if (!row.text.startsWith(' ')) blocks.push({ head: row, rows: [] })
    else if (current) current.rows.push(row)
    else throw new SyntaxError(`line ${row.line} is of no protocol: ${row.text}`)
  }
  return blocks.map(({ head, rows }) => protocolOf(head, rows))
}

function linesOf(text: string): BirdLine[] {
  try {
    return parseBirdReply(text)
  } catch (error) {
    if (error instanceof BirdError && error.code === noProtocolsMatch) return []
    throw error
  }
}

const heading = /^Name +Proto +Table +State +Since +Info$/
const headShape = new RegExp(String.raw`^(\S+) +(\S+) +(\S+) +(down|start|up|stop|flush) +(${birdTime}) {2,}(.*)$`)

function protocolOf(head: BirdLine, rows: readonly BirdLine[]): BirdProtocol {
  const match = headShape.exec(head.text)
  if (!match) throw new SyntaxError(`line ${head.line} is not a protocol: ${head.text}`)
  const [, name = '', proto = '', table, state, since = '', info = ''] = match
  const parts = partsOf(rows)
  const fields = birdFields(`protocol ${name}`, parts.own, 2)
  return {
    line: head.line,
    name,
    proto,
    ...(table !== undefined && table !== '---' && { table }),
    state: state as BirdProtocol['state'],
    since,
    info: info.trimEnd(),
    ...present({
      description: fields.text('Description'),
      message: fields.text('Message'),
      created: fields.text('Created'),
      lastAutorestart: fields.text('Last autorestart'),
      routerId: fields.text('Router ID'),
      vrf: fields.text('VRF'),
      bgp: parts.bgp && birdBgpOf({ line: parts.bgp.line, state: parts.bgp.name }, parts.bgp.rows),
    }),
    channels: parts.channels.map(({ line, name: channel, rows: below }) => birdChannelOf({ line, name: channel }, below)),
    other: fields.others(),
  }
}

interface Part {
  line: number
  name: string
  rows: BirdLine[]
}

/** BGP's fields and a channel's stand at the same depth; only the line that opens them tells which they are. */
function partsOf(rows: readonly BirdLine[]): { own: BirdLine[]; bgp?: Part; channels: Part[] } {
  const own: BirdLine[] = []
  const channels: Part[] = []
  let bgp: Part | undefined
  let below = own
  for (const row of rows) {
    const opened = /^ {2}(BGP state: +|Channel )(\S+)$/.exec(row.text)
    if (opened) {
      const part: Part = { line: row.line, name: opened[2] ?? '', rows: [] }
      if (opened[1] === 'Channel ') channels.push(part)
      else bgp = part
      below = part.rows
    } else if (/^ {2}\S/.test(row.text)) {
      own.push(row)
      below = own
    } else below.push(row)
  }
  return { own, ...(bgp && { bgp }), channels }
}
