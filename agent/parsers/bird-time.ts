/**
 * How BIRD prints a moment, in every format a daemon or a session may be set to: `02:55:21.020` (less than 20 hours ago),
 * `2026-11-21`, `2026-11-21 02:55:19.884454`, or Unix seconds. No zone: it is the pod's local time. Source of a regular expression.
 */
export const birdTime = String.raw`(?:\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:\.\d+)?)?|\d\d:\d\d:\d\d(?:\.\d+)?|\d+(?:\.\d+)?)`

/**
 * Seconds from `since` to `now`, where `now` is the `Current server time` of the same BIRD (date and time), read about when `since` was.
 *     birdAge('23:59:50.000', '2026-11-21 00:00:20.000')  →  30      a time without a date lies in the past: midnight wraps
 *     birdAge('02:55:24.000', '2026-11-21 02:55:23.000')  →  0       … but less than 20 hours, so this one came after `now` was read
 *     birdAge('2026-11-19', '2026-11-21 02:00:00.000')    →  180000  a date counts from its midnight, so the age is at most a day too great
 * Undefined where the two cannot be compared (Unix seconds).
 */
export function birdAge(since: string, now: string): number | undefined {
  const timeOnly = /^\d\d:/.test(since)
  const current = instant(now)
  const then = instant(timeOnly ? `${now.slice(0, 10)} ${since}` : /^\d{4}-\d\d-\d\d$/.test(since) ? `${since} 00:00:00` : since)
  if (current === undefined || then === undefined) return undefined
  const age = timeOnly ? (current - then + day) % day : current - then
  return timeOnly && age >= 20 * 3600 ? 0 : Math.max(0, Math.round(age * 1000) / 1000)
}

const day = 86_400

/** Seconds; the zone is the same on both sides and drops out. */
function instant(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/.exec(text)
  return match ? Date.parse(`${match[1]}T${match[2]}Z`) / 1000 : undefined
}
