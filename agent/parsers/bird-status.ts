import { parseBirdReply } from './bird-reply.ts'

export interface BirdStatus {
  /** where `state` stands */
  line: number
  version: string
  routerId: string
  hostname: string
  /** local time of the pod, `YYYY-MM-DD hh:mm:ss.mmm`; the anchor of every `since` in the same session */
  serverTime: string
  lastReboot: string
  lastReconfiguration: string
  state: 'up' | 'reconfiguring' | 'shutting-down'
  /** BIRD recovers from a graceful restart: it waits for `channels` at most `leftS` seconds more */
  gracefulRestart?: { channels: number; leftS: number; totalS: number }
}

const states: Readonly<Record<string, BirdStatus['state']>> = {
  'Daemon is up and running': 'up',
  'Reconfiguration in progress': 'reconfiguring',
  'Shutdown in progress': 'shutting-down',
}

/**
 * Parses `show status` (BIRD nest/cmds.c; recorded from 2.0.8 to 3.4.0).
 * @throws {BirdError} when BIRD refused
 * @throws {SyntaxError} on a line it does not know, or when one is missing
 */
export function parseBirdStatus(text: string): BirdStatus {
  const found = new Map<string, string>()
  let state: { line: number; state: BirdStatus['state'] } | undefined
  let recovering = false
  for (const row of parseBirdReply(text)) {
    const said = states[row.text]
    const field = fields.map(({ name, shape }) => ({ name, match: shape.exec(row.text) })).find(({ match }) => match)
    if (said) state = { line: row.line, state: said }
    else if (field?.match) found.set(field.name, field.match[1] ?? '')
    else if (row.text === 'Graceful restart recovery in progress') recovering = true
    else throw new SyntaxError(`line ${row.line} is not of a BIRD status: ${row.text}`)
  }
  if (!state) throw new SyntaxError('the BIRD status does not say how BIRD is')
  const value = (name: string): string => {
    const seen = found.get(name)
    if (seen === undefined) throw new SyntaxError(`the BIRD status has no ${name}`)
    return seen
  }
  const [leftS, totalS] = (found.get('wait timer') ?? '').split('/').map(Number)
  return {
    ...state,
    version: value('version'),
    routerId: value('router ID'),
    hostname: value('hostname'),
    serverTime: value('server time'),
    lastReboot: value('last reboot'),
    lastReconfiguration: value('last reconfiguration'),
    ...(recovering && { gracefulRestart: { channels: Number(value('channels')), leftS: leftS ?? NaN, totalS: totalS ?? NaN } }),
  }
}

const fields: readonly { name: string; shape: RegExp }[] = [
  { name: 'version', shape: /^BIRD (\S+)$/ },
  { name: 'router ID', shape: /^Router ID is (\S+)$/ },
  { name: 'hostname', shape: /^Hostname is (.*)$/ },
  { name: 'server time', shape: /^Current server time is (.+)$/ },
  { name: 'last reboot', shape: /^Last reboot on (.+)$/ },
  { name: 'last reconfiguration', shape: /^Last reconfiguration on (.+)$/ },
  { name: 'channels', shape: /^ {2}Waiting for (\d+) channels to recover$/ },
  { name: 'wait timer', shape: /^ {2}Wait timer is ([\d.]+\/\d+)$/ },
]
