import type { About, Severity } from '#judge/check.ts'
import type { FlowWay } from '#judge/profile.ts'
import type { Subject } from '#judge/subject.ts'
import type { LedgerRow } from './ledger.ts'
import type { NfqlbMatch, NfqlbVerdict } from './nfqlb-lines.ts'
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
  | NfqlbEvent
  | NfqlbStateEvent
  | { readonly type: 'tap'; readonly tap: number; readonly state: 'failed' | 'ended'; readonly message: string }
  | { readonly type: 'switch'; readonly at: string; readonly tap: number; /** each packet at once, or in the kernel's blocks, up to 1.9 s late */ readonly mode: CaptureMode; /** what was measured before */ readonly perSecond: number }
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
  /** what its load balancer said of it, where that traces the flow itself: not predicted, seen */
  readonly mark?: NfqlbVerdict & { readonly by: 'nfqlb trace'; /** `mark 5003 of tshm-stream1` */ readonly text: string }
}

/** What a load balancer said of one packet; before the journey it belongs to. `at`: when that came, for nfqlb tells no times. */
export interface NfqlbEvent extends NfqlbMatch {
  readonly type: 'nfqlb'
  readonly at: string
  readonly pod: string
  /** `192.0.2.10:40000 > 10.0.0.1:5001 tcp len 60: mark 5003 of tshm-stream1` */
  readonly text: string
  /** the packet's, where it was seen */
  readonly journey?: number
}

/** How nfqlb's own trace of a load balancer stands. `refused`: not begun, by the rules of docs/harm.md; the captures go on without. */
export interface NfqlbStateEvent {
  readonly type: 'nfqlb-trace'
  readonly pod: string
  readonly state: 'active' | 'ended' | 'refused' | 'unsupported' | 'failed'
  readonly message: string
}

/** One thing a trace says about a pod, with packets as evidence. `key` is its identity over time, as a sweep's findings have one. */
export interface TraceFinding {
  readonly type: 'finding'
  readonly key: string
  readonly check: 'packet-lost' | 'packet-strayed' | 'way-differs' | 'mark-differs'
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
