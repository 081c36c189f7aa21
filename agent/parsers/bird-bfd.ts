import { birdFields } from './bird-fields.ts'
import { BirdError, type BirdLine, parseBirdReply } from './bird-reply.ts'
import { birdTime } from './bird-time.ts'

export interface BirdBfd {
  /** every BFD protocol; `up: false` is one that runs no sessions because it is down itself */
  protocols: { line: number; name: string; up: boolean }[]
  /** in no stable order; none while the interface or the neighbour is missing, or nobody asked for one */
  sessions: BirdBfdSession[]
}

export interface BirdBfdSession {
  line: number
  /** the BFD protocol */
  protocol: string
  address: string
  /** absent for multihop */
  interface?: string
  state: 'AdminDown' | 'Down' | 'Init' | 'Up'
  /** last change of `state`; see bird-time.ts */
  since: string
  intervalS: number
  /** 0: nothing was ever heard */
  timeoutS: number
  /** only in `show bfd sessions all` */
  details?: BirdBfdDetails
}

export interface BirdBfdDetails {
  /** `Direct`, `Multihop` */
  type: string
  /** stays `Init` on healthy sessions of BIRD 3.1.4 to 3.4.0 */
  remoteState: string
  localDiagnostic: string
  remoteDiagnostic: string
  localDiscriminator: number
  remoteDiscriminator: number
  local: BirdBfdParameters
  remote: BirdBfdParameters
  other: { line: number; key: string; value: string }[]
}

export interface BirdBfdParameters {
  minTxS: number
  minRxS: number
  demand: boolean
  multiplier: number
}

/**
 * Parses `show bfd sessions`, of all protocols or one, and `show bfd sessions all` (2.15 and later)
 * (BIRD proto/bfd/bfd.c; recorded from 2.0.8 to 3.4.0).
 *     169.254.100.150           ext-vlan0  Up         02:55:21.808    0.300    1.500
 * @throws {BirdError} when BIRD refused, but not because no BFD protocol runs: that is an empty answer
 * @throws {SyntaxError} on a line it cannot read, quoting it
 */
export function parseBirdBfd(text: string): BirdBfd {
  const found: BirdBfd = { protocols: [], sessions: [] }
  let block: BirdLine[] = []
  const close = (): void => {
    const protocol = found.protocols.at(-1)
    if (block.length > 0) found.sessions.push(detailedSession(protocol?.name ?? '', block))
    block = []
  }
  for (const row of linesOf(text)) {
    const named = /^(\S+):( is not up)?$/.exec(row.text)
    const session = rowShape.exec(row.text)
    if (named) {
      close()
      found.protocols.push({ line: row.line, name: named[1] ?? '', up: named[2] === undefined })
    } else if (row.text === '') close()
    else if (found.protocols.length === 0) throw new SyntaxError(`line ${row.line} is of no BFD protocol: ${row.text}`)
    else if (row.text.startsWith('  ')) block.push(row)
    else if (session) found.sessions.push(shortSession(row.line, found.protocols.at(-1)?.name ?? '', session))
    else if (!heading.test(row.text)) throw new SyntaxError(`line ${row.line} is not a BFD session: ${row.text}`)
  }
  close()
  return found
}

function linesOf(text: string): BirdLine[] {
  try {
    return parseBirdReply(text)
  } catch (error) {
    if (error instanceof BirdError && error.message === 'There is no BFD protocol running') return []
    throw error
  }
}

const heading = /^IP address +Interface +State +Since +Interval +Timeout$/
const rowShape = new RegExp(String.raw`^(\S+) +(\S+) +(AdminDown|Down|Init|Up) +(${birdTime}) +([\d.]+) +([\d.]+)$`)

function shortSession(line: number, protocol: string, match: RegExpExecArray): BirdBfdSession {
  const [, address = '', scope = '', state, since = '', interval, timeout] = match
  return { line, protocol, address, ...(scope !== '---' && { interface: scope }), state: state as BirdBfdSession['state'], since, intervalS: Number(interval), timeoutS: Number(timeout) }
}

function detailedSession(protocol: string, rows: readonly BirdLine[]): BirdBfdSession {
  const line = rows[0]?.line ?? 0
  const fields = birdFields(`the BFD session of line ${line}`, rows, 2)
  const state = fields.must('Session state')
  if (!/^(?:AdminDown|Down|Init|Up)$/.test(state)) throw new SyntaxError(`the BFD session of line ${line} is in no state BFD has: ${state}`)
  const scope = fields.text('Interface')
  return {
    line,
    protocol,
    address: fields.must('Address'),
    ...(scope !== undefined && scope !== '---' && { interface: scope }),
    state: state as BirdBfdSession['state'],
    since: fields.must('Last state change'),
    intervalS: fields.timer('Transmit timer')?.totalS ?? 0,
    // no timer runs before the first packet was heard
    timeoutS: fields.timer('Detect timer')?.totalS ?? 0,
    details: {
      type: fields.must('Session type'),
      remoteState: fields.must('Remote state'),
      localDiagnostic: fields.must('Local diagnostic'),
      remoteDiagnostic: fields.must('Remote diagnostic'),
      localDiscriminator: fields.mustNumber('Local discriminator'),
      remoteDiscriminator: fields.mustNumber('Remote discriminator'),
      local: parametersOf('Local parameters', fields.field('Local parameters')),
      remote: parametersOf('Remote parameters', fields.field('Remote parameters')),
      other: fields.others(),
    },
  }
}

function parametersOf(name: string, field: { line: number; below: readonly string[] } | undefined): BirdBfdParameters {
  const rows = (field?.below ?? []).map((text, index) => ({ line: (field?.line ?? 0) + 1 + index, text }))
  const fields = birdFields(name, rows, 2)
  return {
    minTxS: fields.mustNumber('Min TX interval'),
    minRxS: fields.mustNumber('Min RX interval'),
    demand: fields.must('Demand mode') === 'Yes',
    multiplier: fields.mustNumber('Multiplier'),
  }
}
