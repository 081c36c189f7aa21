import type { TraceEvent } from '../trace/events.ts'

export type { EndedEvent, HopView, JourneyEvent, NfqlbEvent, NfqlbStateEvent, StartedEvent, TraceEvent, TraceFinding } from '../trace/events.ts'
export type { FlowTuple, FlowWay } from '#judge/profile.ts'
export type { RingRecord, RingRequest } from '../trace/ring-record.ts'
export type { TraceRequest } from '../trace/request.ts'
export type PacketEvent = Extract<TraceEvent, { type: 'packet' }>
