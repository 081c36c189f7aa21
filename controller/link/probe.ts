import type { CommandRecord, Observation, Params } from '#facts/fact.ts'
import type { Offset } from './clock-offset.ts'
import type { OpenStream, StreamEvents } from './streams.ts'

/** One fact wanted from a pod. */
export interface Want {
  readonly fact: string
  readonly params: Params
}

export interface Answer {
  readonly observations: readonly Observation[]
  readonly records: readonly CommandRecord[]
}

/** A running, authenticated probe, as the sweep sees it. */
export interface Probe {
  /** `namespace/pod` */
  readonly pod: string
  readonly podUid: string
  /** name of the ephemeral container */
  readonly container: string
  readonly version: string
  /** why it is asked by the second way: each ask is a container of its own that answers through its log */
  readonly degraded?: string
  /** fact id → version the probe speaks */
  readonly facts: ReadonlyMap<string, number>
  /** what the probe last said it costs */
  readonly cost: { readonly rssBytes: number; readonly cpuMs: number }
  /**
   * Reads facts; within one `pass` equal commands run once. Observations stream to `onObservation` as they land; every want gets exactly one,
   * with an error observation (`timeout`, `gone`) for what did not come in time. Never rejects for what can go wrong out there.
   */
  ask(wants: readonly Want[], options: { pass: string; timeoutMs: number; signal?: AbortSignal; onObservation?: (seen: Observation) => void }): Promise<Answer>
}

/** A probe that live captures can be taken from. */
export interface StreamingProbe extends Probe {
  /** how far the probe's clock is ahead of ours; undefined before the first pong */
  readonly clock: Offset | undefined
  /** Tells the probe's clock (Unix ms) at the next pong, and asks for one unless one is due: what the probe had sent by then has come. Never, when it goes away. */
  ping(onPong: (theirClock: number) => void): void
  /** Begins a stream with a window in bytes of payload; what goes wrong with it is told by `onEnd`. */
  stream(capture: string, params: Params, window: number, events: StreamEvents): OpenStream
}
