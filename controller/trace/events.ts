import type { About, Severity } from '#judge/check.ts'
import type { FlowWay } from '#judge/profile.ts'
import type { Subject } from '#judge/subject.ts'
import type { LedgerRow } from './ledger.ts'
import type { CaptureMode } from './tap-capture.ts'
import type { Tap, UnseenTap } from './taps.ts'
import type { Outcome } from './verdict.ts'

/** What a packet is, in words and numbers; ports are 0 where there are none. */
export interface PacketView {
  /** `192.0.2.10:40000 > 10.0.0.1:5000` */
  readonly flow: string
  /** `tcp SYN seq 1 len 0` */
  readonly what: string
  readonly protocol: string
  readonly source: string
  readonly destination: string
  readonly sourcePort: number
  readonly destinationPort: number
  /** bytes on the wire, Ethernet header included */
  readonly length: number
  /** of an echo request */
  readonly echoId?: number
}

export interface HopView {
  readonly tap: number
  /** RFC 3339 with nanoseconds, the kernel's time on the controller's clock */
  readonly at: string
  /** since the hop before; true to `withinNs`, which is 0 where one clock has timed both */
  readonly afterNs?: number
  readonly withinNs?: number
  /** off its way: a bridge did not know where the frame's addressee is, and sent it everywhere. After those on the way. */
  readonly flooded?: true
  /** parts of it seen there, where more than 1 */
  readonly copies?: number
}

/** What a trace tells, one JSON object a line. `packet` only to those who ask for it. */
export type TraceEvent =
  | StartedEvent
  | { readonly type: 'packet'; readonly id: number; readonly at: string; readonly tap: number; readonly packet: PacketView }
  | JourneyEvent
  | TraceFinding
  | { readonly type: 'tap'; readonly tap: number; readonly state: 'failed' | 'ended'; readonly message: string }
  | { readonly type: 'switch'; readonly at: string; readonly tap: number; /** each packet at once, or in the kernel's blocks, up to a second late */ readonly mode: CaptureMode; /** what was measured before */ readonly perSecond: number }
  | { readonly type: 'ledger'; readonly at: string; readonly rows: readonly LedgerRow[] }
  | { readonly type: 'shed'; /** events this client was too slow for */ readonly events: number }
  | EndedEvent

export interface StartedEvent {
  readonly type: 'started'
  readonly id: string
  readonly trench: string
  readonly at: string
  readonly filter: string
  readonly snaplen: number
  readonly taps: readonly Tap[]
  /** interfaces that should be looked at and are not: nothing is called lost that might have passed there */
  readonly unseen: readonly UnseenTap[]
  /** how far each node's clock may be off ours */
  readonly clocks: readonly { readonly node: string; readonly offsetNs: number; readonly errorNs: number }[]
}

/** One packet, wherever it was seen; told in order of first sight. */
export interface JourneyEvent {
  readonly type: 'journey'
  readonly id: number
  readonly at: string
  readonly way: 'request' | 'reply' | 'other'
  readonly packet: PacketView
  /** the same TCP bytes went before */
  readonly again?: true
  /** in the order of the way */
  readonly hops: readonly HopView[]
  readonly outcome: Outcome
  readonly text?: string
  /** of a lost packet: the taps of which one should have seen it next */
  readonly never?: readonly number[]
}

/** One thing a trace says about a pod, with packets as evidence. `key` is its identity over time, as a sweep's findings have one. */
export interface TraceFinding {
  readonly type: 'finding'
  readonly key: string
  readonly check: 'packet-lost' | 'packet-strayed' | 'way-differs'
  readonly severity: Severity
  readonly trench: string
  readonly subject: Pick<Subject, 'role' | 'namespace' | 'name' | 'node'>
  readonly about: About
  readonly text: string
  /** so many say so */
  readonly packets: number
  /** the first few of them */
  readonly evidence: readonly JourneyEvent[]
  /** the ledger of the interfaces where they were never seen: nothing is missing in it */
  readonly vouching: readonly LedgerRow[]
  /** the way of the first packet by what the load balancer's facts said right after */
  readonly predicted?: FlowWay
  readonly why: string
  readonly fix: string
}

export interface EndedEvent {
  readonly type: 'ended'
  readonly at: string
  readonly reason: string
  /** packets followed, by what became of them */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
  readonly rows: readonly LedgerRow[]
  /** with what they have come to */
  readonly findings: readonly TraceFinding[]
}

/** RFC 3339 with nanoseconds: `base` in whole seconds since 1970, `ns` after it. */
export function timeText(base: number, ns: number): string {
  const seconds = base + Math.floor(ns / 1e9)
  const rest = String(Math.floor(((ns % 1e9) + 1e9) % 1e9)).padStart(9, '0')
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${rest}Z`
}
