import { birdFields, type BirdTimer, present } from './bird-fields.ts'
import type { BirdLine } from './bird-reply.ts'

/** The BGP part of a protocol. What BIRD prints only while a session is up, or only after an error, is absent else. */
export interface BirdBgp {
  /** where the state stands */
  line: number
  state: 'Down' | 'Idle' | 'Connect' | 'Active' | 'OpenSent' | 'OpenConfirm' | 'Established' | 'Close' | 'Passive'
  /** absent for a dynamic neighbour, which has `neighborRange` */
  neighborAddress?: string
  neighborInterface?: string
  neighborRange?: string
  /** absent for 179, before 2.0.10, and while the session is not our own connection */
  neighborPort?: number
  neighborAs: number
  localAs: number
  neighborGracefulRestart: boolean
  /** Idle after an error: the next attempt comes when it is over */
  errorWait?: BirdTimer
  /** Active: the next attempt comes when it is over */
  connectDelay?: BirdTimer
  restartTimer?: BirdTimer
  neighborId?: string
  /** `external AS4`, `internal multihop` */
  session?: string
  sourceAddress?: string
  holdTimer?: BirdTimer
  keepaliveTimer?: BirdTimer
  sendHoldTimer?: BirdTimer
  /** BIRD 3: what the peer has not taken yet, `0 bytes` */
  txPending?: string
  /** `Multiprotocol (AF announced: ipv4)` */
  localCapabilities?: string[]
  neighborCapabilities?: string[]
  /**
   * Why the session is not up. It begins with who saw it: `Socket: ` (TCP), `Received: ` (the peer told us), `BGP Error: ` (we told the
   * peer), `Error: ` (we alone), `Automatic shutdown: ` (a limit). The rest may be the peer's words.
   */
  lastError?: { line: number; text: string }
  other: { line: number; key: string; value: string }[]
}

/** `rows` are the lines below `BGP state:`, before the channels (BIRD proto/bgp/bgp.c, bgp_show_proto_info). @throws {SyntaxError} */
export function birdBgpOf(opened: { line: number; state: string }, rows: readonly BirdLine[]): BirdBgp {
  const fields = birdFields(`the BGP protocol of line ${opened.line}`, rows, 4)
  if (!states.has(opened.state)) throw new SyntaxError(`line ${opened.line} is not a BGP state: ${opened.state}`)
  const [, address, scope] = /^([^\s%]+)(?:%(\S+))?(?: onlink)?$/.exec(fields.text('Neighbor address') ?? '') ?? []
  const range = fields.text('Neighbor range')
  if (address === undefined && range === undefined) throw new SyntaxError(`the BGP protocol of line ${opened.line} has no neighbor`)
  const error = fields.field('Last error')
  const capabilities = (key: string): string[] | undefined => {
    const found = fields.field(key)
    return found && joined(found.below)
  }
  return {
    line: opened.line,
    state: opened.state as BirdBgp['state'],
    ...present({
      neighborAddress: address,
      neighborInterface: scope,
      neighborRange: range,
      neighborPort: fields.number('Neighbor port'),
    }),
    neighborAs: fields.mustNumber('Neighbor AS'),
    localAs: fields.mustNumber('Local AS'),
    neighborGracefulRestart: fields.flag('Neighbor graceful restart active'),
    ...present({
      errorWait: fields.timer('Error wait'),
      connectDelay: fields.timer('Connect delay'),
      restartTimer: fields.timer('Restart timer'),
      neighborId: fields.text('Neighbor ID'),
      session: fields.text('Session'),
      sourceAddress: fields.text('Source address'),
      holdTimer: fields.timer('Hold timer'),
      keepaliveTimer: fields.timer('Keepalive timer'),
      sendHoldTimer: fields.timer('Send hold timer'),
      txPending: fields.text('TX pending'),
      localCapabilities: capabilities('Local capabilities'),
      neighborCapabilities: capabilities('Neighbor capabilities'),
      lastError: error && { line: error.line, text: error.value },
    }),
    other: fields.others(),
  }
}

const states = new Set(['Down', 'Idle', 'Connect', 'Active', 'OpenSent', 'OpenConfirm', 'Established', 'Close', 'Passive'])

/** Capabilities stand two columns in, their details four. */
function joined(rows: readonly string[]): string[] {
  const found: { name: string; details: string[] }[] = []
  for (const row of rows) {
    if (row.startsWith('    ')) found.at(-1)?.details.push(row.trim())
    else found.push({ name: row.trim(), details: [] })
  }
  return found.map(({ name, details }) => (details.length === 0 ? name : `${name} (${details.join('; ')})`))
}
