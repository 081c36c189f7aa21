import type { NfqlbStream } from '#facts/nfqlb-streams.ts'
import type { Observed } from '#judge/check.ts'

/** Reason why ways to targets are not judged. */
export function noActiveTarget(streams: Observed<readonly NfqlbStream[]>): string | undefined {
  return streams.data.some(stream => stream.error === undefined && stream.active.length > 0) ? undefined : 'no stream has an active target'
}
