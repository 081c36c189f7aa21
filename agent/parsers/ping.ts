export interface PingResult {
  /** 1-based: the counts, or the error where ping could not send */
  line: number
  sent: number
  received: number
  /** average of the replies */
  rttMs?: number
  /** why nothing came back, if something said so: `Destination Host Unreachable` (with the sender before it), `Network is unreachable` … */
  error?: string
}

/**
 * Parses `ping -n -c N -W SECONDS ADDRESS`, stdout and stderr in one (iputils 20221126; recorded in test/fixtures/kernel).
 *     From 192.0.2.1 icmp_seq=1 Destination Host Unreachable
 *     1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms
 *     ping: connect: Network is unreachable                                       nothing sent
 * No reply is an answer. Several errors: the first one counts.
 * @throws {SyntaxError} on a line that is none of ping's, quoting it, or when the end is missing
 */
export function parsePing(text: string): PingResult {
  const lines = text.split('\n')
  const seen = lines.map(line => line === '' ? undefined : readLine(line))
  const error = seen.find(one => one?.error !== undefined)?.error
  const counts = seen.findIndex(one => one?.sent !== undefined)
  if (counts === -1) {
    const failed = lines.findIndex(line => line.startsWith('ping: '))
    if (failed === -1 || error === undefined) throw new SyntaxError(`not the end of a ping: ${lines.findLast(line => line !== '') ?? ''}`)
    return { line: failed + 1, sent: 0, received: 0, error }
  }
  const { sent = 0, received = 0 } = seen[counts] ?? {}
  const rttMs = seen.find(one => one?.rttMs !== undefined)?.rttMs
  return { line: counts + 1, sent, received, ...(rttMs !== undefined && { rttMs }), ...(error !== undefined && { error }) }
}

type Seen = Partial<Omit<PingResult, 'line'>>

function readLine(line: string): Seen {
  const counts = /^(\d+) packets transmitted, (\d+) (?:packets )?received,/.exec(line)
  if (counts) return { sent: Number(counts[1]), received: Number(counts[2]) }
  const rtt = /^(?:rtt|round-trip) min\/avg\/max\S* = [\d.]+\/([\d.]+)\//.exec(line)
  if (rtt) return { rttMs: Number(rtt[1]) }
  const answered = /^From (\S+?):? icmp_seq=\d+ (.+)$/.exec(line)
  if (answered) return { error: `${answered[2]} (said ${answered[1]})` }
  const failed = /^ping: (?:Warning: )?(.+)$/.exec(line)
  if (failed) return { error: failed[1] ?? '' }
  if (/^PING |^\d+ bytes from |^--- .* ---$|^pipe \d+$|^no answer yet for icmp_seq=\d+$/.test(line)) return {}
  throw new SyntaxError(`not a line of ping: ${line}`)
}
