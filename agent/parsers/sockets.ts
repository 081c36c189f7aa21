export type Socket = InetSocket | UnixSocket

export interface InetSocket {
  line: number
  protocol: 'tcp' | 'udp'
  /** `LISTEN`, `ESTAB`, `UNCONN`, `TIME-WAIT` … */
  state: string
  /** of a LISTEN socket connections that wait; else bytes */
  receiveQueue: number
  /** of a LISTEN socket the longest the queue may get; else bytes */
  sendQueue: number
  local: Endpoint
  peer: Endpoint
  /** names; empty when the owner cannot be seen from here (other PID namespace, other user) */
  processes: string[]
}

export interface Endpoint {
  /** `*` = any, of both families */
  address: string
  /** absent = any (`*`) */
  port?: number
  interface?: string
}

export interface UnixSocket {
  line: number
  protocol: 'unix'
  /** `stream`, `dgram` or `seqpacket` */
  kind: string
  state: string
  receiveQueue: number
  sendQueue: number
  /** an abstract name starts with `@`; `*` = unnamed */
  path: string
  processes: string[]
}

/**
 * Parses `ss -H -a -n -t -u -x -p` (iproute2 6.1); `line` is 1-based.
 *     u_str LISTEN 0      128                       @nfqlb 542383                   * 0     users:(("nfqlb"))
 *     udp   UNCONN 0      0            169.254.101.1%nsm-1:53372              0.0.0.0:*     users:(("bird"))
 *     tcp   LISTEN 0      256                            *:5000                     *:*     users:(("python3",pid=7,fd=3))
 * @throws {SyntaxError} on a line that is not a socket, quoting it
 */
export function parseSockets(text: string): Socket[] {
  return text.split('\n').flatMap((text, index): Socket[] => {
    if (text.trim() === '') return []
    const match = /^(tcp|udp|u_str|u_dgr|u_seq)\s+(\S+)\s+(\d+)\s+(\d+)\s+(.*?)\s*(users:\(.*\))?\s*$/.exec(text)
    if (!match) throw unreadable(text)
    const [, netid = '', state = '', receive, send, ends = '', users] = match
    const common = { line: index + 1, state, receiveQueue: Number(receive), sendQueue: Number(send) }
    const processes = [...new Set([...(users ?? '').matchAll(/\("((?:[^"\\]|\\.)*)"/g)].map(user => user[1] ?? ''))]
    const kind = kinds[netid]
    if (kind) return [{ ...common, protocol: 'unix', kind, path: pathOf(ends, text), processes }]
    const [local, peer, more] = ends.split(/\s+/)
    if (!local || !peer || more !== undefined) throw unreadable(text)
    return [{ ...common, protocol: netid as 'tcp' | 'udp', local: endpointOf(local, text), peer: endpointOf(peer, text), processes }]
  })
}

const kinds: Readonly<Record<string, string>> = { u_str: 'stream', u_dgr: 'dgram', u_seq: 'seqpacket' }

/** `PATH INODE PEERPATH INODE`; a path may hold spaces. */
function pathOf(ends: string, text: string): string {
  const path = /^(.+?)\s+\d+\s+\S.*\s+\d+$/.exec(ends)?.[1]
  if (path === undefined) throw unreadable(text)
  return path
}

function endpointOf(end: string, text: string): Endpoint {
  const match = /^(?:\[([^\]%]+)(?:%[^\]]*)?\]|([^%[\]]+?))(?:%([^:\s]+))?:(\d+|\*)$/.exec(end)
  if (!match) throw unreadable(text)
  const [, bracketed, bare, name, port] = match
  return { address: bracketed ?? bare ?? '', ...(port !== '*' && { port: Number(port) }), ...(name !== undefined && { interface: name }) }
}

function unreadable(text: string): SyntaxError {
  return new SyntaxError(`not a socket: ${text}`)
}
