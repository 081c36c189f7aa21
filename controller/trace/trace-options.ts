import type { Params } from '#facts/fact.ts'
import type { StreamingProbe } from '../link/probe.ts'
import type { OpenStream, StreamEvents, StreamPiece } from '../link/streams.ts'
import type { Log } from '../log.ts'
import type { NodeClock } from './clocks.ts'
import type { EngineSetup } from './engine-setup.ts'
import type { TraceFinding } from './events.ts'
import type { fileHeader } from './file-header.ts'
import type { TraceFindings } from './findings.ts'
import type { NfqlbSelection } from './nfqlb-selection.ts'
import type { Tap } from './taps.ts'

export interface TraceOptions {
  /** `namespace/name` of the trench */
  readonly trench: string
  readonly setup: EngineSetup
  readonly clocks: readonly NodeClock[]
  readonly names: Parameters<typeof fileHeader>[0]['names']
  readonly filter: string
  readonly snaplen: number
  readonly seconds: number
  readonly bytesPerTap: number
  readonly probeOf: (tap: Tap) => StreamingProbe
  /** begins to capture a tap */
  readonly open: (tap: Tap, params: Params, events: StreamEvents) => OpenStream
  /** all was captured before, and is read now */
  readonly frozen?: {
    /** when the captures were ended; Unix ms */
    readonly at: number
    /** since when all that passed a tap is in what it brings, by its first piece; Unix ms */
    readonly sinceMs: (tap: number, first: StreamPiece) => number
  }
  /** what load balancers are asked to trace themselves */
  readonly nfqlb?: NfqlbSelection
  readonly findings: (onFinding: (finding: TraceFinding) => void) => TraceFindings
  readonly log: Log
}
