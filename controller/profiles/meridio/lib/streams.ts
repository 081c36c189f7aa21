import type { NfqlbStream } from '#facts/nfqlb-streams.ts'
import type { Observed } from '#judge/check.ts'

type Streams = Observed<readonly NfqlbStream[]>

/** Reason why ways to targets are not judged. A stream that could not be shown may have targets. */
export function noActiveTarget(streams: Streams): string | undefined {
  return streams.data.every(stream => stream.error === undefined && stream.active.length === 0) ? 'no stream has an active target' : undefined
}

/** Streams whose targets could not be shown, with the reason. */
export function unseenStreams(streams: Streams): readonly string[] {
  return streams.data.flatMap(({ stream, error }) => (error === undefined ? [] : [`stream ${stream}: ${error.message}`]))
}

/** Where a stream was shown, or the command that should have shown it. */
export function shownAt(stream: NfqlbStream): { readonly command: string; readonly line?: number } {
  return stream.error === undefined ? { command: stream.command, line: stream.line } : { command: stream.command }
}
