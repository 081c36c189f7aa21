import { InvalidArgumentError } from 'commander'

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `30s`, `5m`, `2h`, `3d` in ms; undefined: it is no span. */
export function spanMs(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? []
  return count === undefined ? undefined : Number(count) * (units[unit] ?? 0)
}

/** The same as an option's value, for a timer. */
export function span(text: string): number {
  const ms = spanMs(text)
  if (ms === undefined || ms === 0 || ms > longestMs) throw new InvalidArgumentError('a span of time is needed: 30s, 5m, 2h, at most 24d')
  return ms
}

/** timers take 2^31 - 1 ms and no more: beyond they would end at once */
const longestMs = 24 * 86_400_000
