import type { PingResult } from './ping.ts'

/**
 * Parses `fping -r 0 -e -t MS ADDRESS`, stdout and stderr in one (fping 5.1; recorded in test/fixtures/fping). `line` is the error where it could not
 * send, else what it says of the address.
 *     192.0.2.2 is alive (0.080 ms)
 *     203.0.113.5 is unreachable                                                          no reply in time
 *     ICMP Network Unreachable from 192.0.2.2 for ICMP Echo sent to 203.0.113.5           ICMPv6 errors are not told
 *     198.19.0.1: error while sending ping: Network is unreachable
 *     binding to specific interface (SO_BINTODEVICE): No such device                      nothing else
 * No reply is an answer; a second reply is none.
 * @throws {SyntaxError} on a line that is none of fping's, quoting it, or without a line that says how it ended
 */
export function parseFping(text: string): PingResult {
  const lines = text.split('\n').flatMap((text, index) => (text === '' ? [] : [{ line: index + 1, ...readLine(text) }]))
  const notSent = lines.find(({ notSent }) => notSent !== undefined)
  if (notSent) return { line: notSent.line, sent: 0, received: 0, ...(notSent.notSent !== undefined && { error: notSent.notSent }) }
  const end = lines.find(({ received }) => received !== undefined)
  if (end?.received === undefined) throw new SyntaxError(`not the end of fping: ${text.trim()}`)
  const told = end.received === 0 ? lines.find(({ error }) => error !== undefined) : undefined
  return {
    line: end.line,
    sent: 1,
    received: end.received,
    ...(end.rttMs !== undefined && { rttMs: end.rttMs }),
    ...(told?.error !== undefined && { error: told.error }),
    ...(told?.errorFrom !== undefined && { errorFrom: told.errorFrom }),
  }
}

interface Line { readonly received?: number; readonly rttMs?: number; readonly error?: string; readonly errorFrom?: string; readonly notSent?: string }

function readLine(text: string): Line {
  const alive = /^\S+ is alive \(([\d.]+) ms\)$/.exec(text)
  if (alive) return { received: 1, rttMs: Number(alive[1]) }
  if (/^\S+ is unreachable$/.test(text)) return { received: 0 }
  const said = /^(ICMP .+) from (\S+) for ICMP Echo sent to \S+$/.exec(text)
  if (said?.[1] && said[2]) return { error: said[1], errorFrom: said[2] }
  // a second reply, and on a line that has no end: the address that answered for another
  if (/^\S+ : duplicate for |^ \[<- \S+\]$/.test(text)) return {}
  const failed = /^\S+: error while sending ping: (.+)$/.exec(text) ?? /^(binding to specific interface .+)$/.exec(text)
  if (failed?.[1]) return { notSent: failed[1] }
  throw new SyntaxError(`not a line of fping: ${text}`)
}
