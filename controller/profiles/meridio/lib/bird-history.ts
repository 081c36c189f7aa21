import type { BirdLogLine } from '#parsers/bird-log.ts'
import type { Gateway } from '../facts/config-types.ts'

type Line = BirdLogLine & { readonly command: string }

/** Lines of BIRD's log that tell of trouble, of one protocol (undefined: of none), equal texts together, in the order they were first said. */
export function complaints(log: readonly Line[], protocol: string | undefined): readonly { readonly text: string; readonly lines: readonly Line[] }[] {
  const mine = log.filter(line => line.protocol === protocol && trouble.has(line.class))
  return [...Map.groupBy(mine, ({ text }) => text)].map(([text, lines]) => ({ text, lines }))
}

const trouble = new Set(['RMT', 'WARN', 'ERR', 'AUTH', 'FATAL', 'BUG'])

/** What a complaint about a gateway means beside its resource: the log holds numbers that `birdc` does not show (bird.md §7). */
export function hintOf(text: string, gateway: Gateway): string {
  const [, side, what, number] = /^(Error|Received): (Bad peer AS|Unacceptable hold time): (\d+)$/.exec(text) ?? []
  if (what === 'Bad peer AS') return side === 'Error' ? `: the gateway is AS ${number}, its resource says ${gateway.remoteAsn}` : `: the gateway does not take our AS ${number}, its resource says ${gateway.localAsn}`
  return what === undefined ? '' : `: the gateway does not take a hold time of ${number} s, its resource says ${gateway.holdTimeS} s`
}

/** The times a session came up again in the last `withinS` seconds before `now` (BIRD's own clock, as its status prints it). */
export function returns(log: readonly Line[], protocol: string, now: string, withinS: number): readonly Line[] {
  const ups = log.filter(line => line.protocol === protocol && line.text === 'BGP session established')
  return ups.slice(1).filter(({ at }) => seconds(now) - seconds(at) <= withinS)
}

/** Both are of one zone, which drops out. */
function seconds(time: string): number {
  return Date.parse(`${time.replace(' ', 'T')}Z`) / 1000
}
