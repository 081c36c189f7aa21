export interface RetentionClockOptions {
  /** Unix ms */
  readonly now: () => number
  /** ms, monotonic; default `performance.now` */
  readonly passed?: () => number
  /** when the newest sweep that is kept began, Unix ms; undefined: none is kept */
  readonly newest: number | undefined
}

/**
 * The time by which things are too old to be kept, Unix ms. A clock that jumps ahead would make all history too old at once, so what is not borne out by a sweep that is kept is believed only slowly:
 * the time goes on from the newest sweep, twice as fast as it passes, until it has caught up with the clock. A clock that was wrong for an hour costs an hour of history.
 */
export function retentionClock({ now, passed = () => performance.now(), newest }: RetentionClockOptions): () => number {
  let last = { at: Math.min(now(), newest ?? Infinity), passed: passed() }
  return () => {
    const ms = passed()
    last = { at: Math.min(now(), last.at + 2 * (ms - last.passed)), passed: ms }
    return last.at
  }
}
