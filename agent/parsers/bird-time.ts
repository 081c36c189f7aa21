/**
 * How BIRD prints a moment, in every format a daemon or a session may be set to: `02:55:21.020` (less than 20 hours ago),
 * `2026-11-21`, `2026-11-21 02:55:19.884454`, or Unix seconds. No zone: it is the pod's local time. Source of a regular expression.
 */
export const birdTime = String.raw`(?:\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:\.\d+)?)?|\d\d:\d\d:\d\d(?:\.\d+)?|\d+(?:\.\d+)?)`

/**
 * Seconds from `since` to `now`, where `now` is the `Current server time` of the same BIRD (date and time).
 *     birdAge('23:59:50.000', '2026-11-21 00:00:20.000')  →  30      a time without a date lies in the past: midnight wraps
 *     birdAge('2026-11-19', '2026-11-21 02:00:00.000')    →  180000  a date counts from its midnight, so the age is at most a day too great
 * Undefined where the two cannot be compared (Unix seconds).
 */
export function birdAge(since: string, now: string): number | undefined {
  const current = instant(now)
  if (current === undefined) return undefined
  if (/^\d\d:/.test(since)) {
    const age = current - (instant(`${now.slice(0, 10)} ${since}`) ?? NaN)
    return rounded(age < 0 ? age + 86_400 : age)
  }
  const then = instant(/^\d{4}-\d\d-\d\d$/.test(since) ? `${since} 00:00:00` : since)
  return then === undefined ? undefined : rounded(current - then)
}

/** Seconds; the zone is the same on both sides and drops out. */
function instant(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/.exec(text)
  return match ? Date.parse(`${match[1]}T${match[2]}Z`) / 1000 : undefined
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000
