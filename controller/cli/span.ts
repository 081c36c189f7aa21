import { InvalidArgumentError } from 'commander'

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `30s`, `5m`, `2h`, `3d` in ms; undefined: it is no span. */
export function spanMs(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? []
  return count === undefined ? undefined : Number(count) * (units[unit] ?? 0)
}

/** The same as an option's value. */
export function span(text: string): number {
  const ms = spanMs(text)
  if (ms === undefined || ms === 0) throw new InvalidArgumentError('a span of time is needed: 30s, 5m, 2h')
  return ms
}
