export interface PingResult {
  /** 1-based: the counts, or the error where ping could not send */
  line: number
  sent: number
  received: number
  /** average of the replies */
  rttMs?: number
  /** why nothing came back, if something said so: `Destination Host Unreachable`, `connect: Network is unreachable` … */
  error?: string
  /** address of the host that said so; absent = this host could not send */
  errorFrom?: string
}

/**
 * Parses `ping -n -c N -W SECONDS ADDRESS`, stdout and stderr in one (iputils 20221126; recorded in test/fixtures/kernel).
 *     From 192.0.2.1 icmp_seq=1 Destination Host Unreachable
 *     1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms
 *     ping: connect: Network is unreachable                                       nothing sent
 * No reply is an answer. Several errors: the first one counts. Warnings and redirects are no errors.
 * @throws {SyntaxError} on a line that is none of ping's, quoting it, or when the end is missing
 */
export function parsePing(text: string): PingResult {
  const lines = text.split('\n').flatMap((text, index) => (text === '' ? [] : [{ line: index + 1, ...readLine(text) }]))
  const counts = lines.find(line => line.sent !== undefined)
  const failed = lines.find(line => line.error !== undefined)
  const end = counts ?? failed
  if (!end || (!counts && failed?.errorFrom !== undefined)) throw new SyntaxError(`not the end of a ping: ${text.trim().split('\n').at(-1)}`)
  const rttMs = lines.find(line => line.rttMs !== undefined)?.rttMs
  return {
    line: end.line,
    sent: counts?.sent ?? 0,
    received: counts?.received ?? 0,
    ...(rttMs !== undefined && { rttMs }),
    ...(failed?.error !== undefined && { error: failed.error }),
    ...(failed?.errorFrom !== undefined && { errorFrom: failed.errorFrom }),
  }
}

function readLine(text: string): Partial<Omit<PingResult, 'line'>> {
  const counts = /^(\d+) packets transmitted, (\d+) received,/.exec(text)
  if (counts) return { sent: Number(counts[1]), received: Number(counts[2]) }
  const rtt = /^rtt min\/avg\/max\/mdev = [\d.]+\/([\d.]+)\//.exec(text)
  if (rtt) return { rttMs: Number(rtt[1]) }
  if (/^PING |^\d+ bytes from |^--- .* ---$|^pipe \d+$|^ping: warning:|^From \S+ icmp_seq=\d+ Redirect /i.test(text)) return {}
  const said = /^From (\S+?):? icmp_seq=\d+ (.+)$/.exec(text)
  if (said?.[1] && said[2]) return { error: said[2], errorFrom: said[1] }
  const failed = /^ping: (.+)$/.exec(text)
  if (failed?.[1]) return { error: failed[1] }
  throw new SyntaxError(`not a line of ping: ${text}`)
}
