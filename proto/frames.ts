import type { Params } from '#facts/fact.ts'
import type { Goodbye } from './goodbye.ts'

/** What travels, in domain types; the meaning of each field stands in probe/v1/probe.proto. */
export interface Frames {
  hello: Hello
  challenge: { readonly version: number }
  proof: { readonly signature: Uint8Array }
  welcome: { readonly lease: LeaseTerms; readonly pins: readonly string[]; readonly pingEveryMs: number }
  goodbye: { readonly code: Goodbye; readonly message: string }
  ask: { readonly id: number; readonly pass: string; readonly wants: readonly { readonly fact: string; readonly params: Params }[]; readonly timeoutMs: number }
  cancel: { readonly ask: number }
  ping: { readonly id: number }
  lease: LeaseTerms
  successor: { readonly pins: readonly string[] }
  record: RecordFrame
  observation: ObservationFrame
  done: { readonly ask: number }
  pong: { readonly id: number; readonly receivedAt: number; readonly sentAt: number }
  cost: { readonly rssBytes: number; readonly cpuMs: number }
  log: { readonly at: number; readonly level: LogLevel; readonly message: string; readonly fields: Readonly<Record<string, unknown>> }
  streamOpen: { readonly stream: number; readonly capture: string; readonly params: Params; readonly window: number }
  streamData: { readonly stream: number; readonly payload: Uint8Array; readonly dropped: number; readonly counters?: Counters }
  streamWindow: { readonly stream: number; readonly credit: number }
  streamClose: { readonly stream: number; readonly code: StreamEnd; readonly message: string }
}

export type Kind = keyof Frames
export type Frame = { [K in Kind]: { readonly kind: K; readonly body: Frames[K] } }[Kind]

export interface Hello {
  readonly minVersion: number
  readonly maxVersion: number
  readonly session: string
  readonly pod: string
  readonly podUid: string
  readonly container: string
  readonly key: Uint8Array
  readonly build: string
  readonly facts: readonly { readonly id: string; readonly version: number }[]
}

/** Both counted from when they arrive. */
export interface LeaseTerms {
  readonly idleMs: number
  readonly endMs: number
}

export interface Failure {
  readonly code: string
  readonly message: string
}

export interface RecordFrame {
  readonly ask: number
  readonly id: number
  readonly argv: readonly string[]
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  readonly startedAt: number
  readonly ms: number
  readonly error?: Failure
}

export interface ObservationFrame {
  readonly ask: number
  readonly fact: string
  readonly version: number
  readonly params: Params
  readonly startedAt: number
  readonly ms: number
  readonly records: readonly number[]
  /** JSON as bytes, opaque to the wire. Exactly one of `data` and `error` is there. */
  readonly data?: Uint8Array
  readonly error?: Failure
}

/** Packets since a capture began. */
export interface Counters {
  readonly matched: number
  readonly captured: number
  readonly kernelDropped: number
  /** of a ring: gave way to later ones */
  readonly overwritten?: number
  /** the last ones: the capturing program has ended */
  readonly closing: boolean
  /** for how long it did not answer when it was asked for these: so late its packets may be, too; 0: it was not asked */
  readonly answeredMs: number
}

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

export const streamEnds = ['over', 'unsupported', 'refused', 'failed'] as const
export type StreamEnd = (typeof streamEnds)[number]
