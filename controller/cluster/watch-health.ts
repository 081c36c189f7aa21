import type { KubeError } from './errors.ts'

/** Times in ms; the defaults are `defaultTiming`. */
export interface WatchTiming {
  /** a watch that is silent for so long is broken off: bookmarks come every 60 s */
  readonly inactivityMs: number
  /** how long the server may keep one watch, chosen between the two */
  readonly watchSeconds: readonly [number, number]
  /** full jitter between 0 and this, doubled at every failure */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /** how often a resource that is forbidden or not installed is tried again */
  readonly unavailableMs: number
}

export const defaultTiming: WatchTiming = { inactivityMs: 150_000, watchSeconds: [300, 600], backoffMs: 200, maxBackoffMs: 30_000, unavailableMs: 60_000 }

export interface WatchHealth {
  /** `starting`: no complete list yet. `unavailable`: the server will not (403) or cannot (404, a resource that is not installed) list this; tried again slowly. */
  readonly state: 'starting' | 'synced' | 'unavailable' | 'stopped'
  /** why it is unavailable, or what went wrong last while there is no connection */
  readonly problem?: KubeError
  /** Unix ms of the last line the server sent, bookmarks included; 0: none yet */
  readonly lastEventAt: number
  /** Unix ms since when there is no working watch; absent while there is one */
  readonly awaySince?: number
}
