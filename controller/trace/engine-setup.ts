import type { TraceEvent } from './events.ts'
import type { PortChange } from './identity.ts'
import type { NfqlbSelection } from './nfqlb-selection.ts'
import type { Tap, UnseenTap } from './taps.ts'

/** Everything that is known before the first packet. Plain data: it may travel to a worker. */
export interface EngineSetup {
  /** whole seconds since 1970 that times count from */
  readonly base: number
  readonly taps: readonly Tap[]
  readonly steps: number
  readonly unseen: readonly UnseenTap[]
  /** in hex */
  readonly vips: readonly string[]
  readonly portChanges: readonly PortChange[]
  /** whose MAC addresses are whose */
  readonly macs: readonly (readonly [mac: string, owner: { readonly pod: string; readonly interface: string }])[]
  /** per tap: the number of its probe */
  readonly probes: readonly number[]
  /** per tap: how far its clock is ahead of ours, and how wrong that may be */
  readonly clocks: readonly { readonly offsetNs: number; readonly errorNs: number }[]
  readonly leastGraceNs: number
  /** packets followed until the trace is enough; 0: no such limit */
  readonly count: number
  /** all was captured before the trace began */
  readonly isFrozen?: boolean
  /** what load balancers trace themselves, and the bytes of each packet the file keeps */
  readonly nfqlb?: { readonly selection: NfqlbSelection; readonly snaplen: number }
}

/** of each capture: what may be under way from its probe */
export const windowBytes = 1 << 20

export interface EngineOutput {
  /** pcapng blocks, in order, and how many packets are in them */
  onBlocks(blocks: Buffer, packets: number): void
  onEvent(event: TraceEvent): void
  /** so many packets have been followed as were asked for */
  onEnough(): void
}
