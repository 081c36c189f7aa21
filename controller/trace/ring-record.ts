import type { LedgerRow } from './ledger.ts'
import type { TraceRequest } from './request.ts'
import type { UnseenTap } from './taps.ts'
import type { Outcome } from './verdict.ts'

/** What a caller wants to be kept. `seconds`: how long the ring stays armed, at most a day; `count` has no meaning. */
export interface RingRequest extends TraceRequest {
  /** of what is older nothing is kept; default 60 */
  readonly keepSeconds?: number
  /** of each pod's probe, shared by its interfaces; default 4 MiB */
  readonly bytes?: number
  /** ids of checks: a sweep in which one of them turns red freezes the ring */
  readonly freezeOn?: readonly string[]
}

export const ringDefaults = { seconds: 3600, keepSeconds: 60, bytes: 4 << 20 } as const

/**
 * `armed`: packets are kept in the probes. `freezing`: they are being read. `frozen`: they are a file. `ended`: it ended by itself, unfrozen. `forgotten`: the
 * controller was restarted meanwhile. `failed`: frozen, and no file came of it.
 */
export const ringStates = ['armed', 'freezing', 'frozen', 'ended', 'forgotten', 'failed'] as const

/** A ring as it is told, and kept over restarts. Times are Unix ms of the controller. */
export interface RingRecord {
  readonly id: string
  readonly state: (typeof ringStates)[number]
  /** why it is no longer armed */
  readonly reason?: string
  /** `namespace/name` */
  readonly trench: string
  readonly trenchId: string
  /** of the trench and its pods, when it was armed */
  readonly namespaces: readonly string[]
  readonly filter: string
  readonly snaplen: number
  readonly keepSeconds: number
  readonly bytes: number
  readonly freezeOn: readonly string[]
  readonly armedBy: string
  readonly armedAt: number
  /** then it ends by itself */
  readonly until: number
  readonly taps: readonly RingTapView[]
  readonly unseen: readonly UnseenTap[]
  readonly frozenAt?: number
  /** keys of the findings that froze it */
  readonly findings: readonly string[]
  readonly capture?: RingCapture
}

export interface RingTapView {
  readonly label: string
  readonly pod: string
  readonly interface: string
  /** of the probe's memory */
  readonly bytes: number
  readonly state: 'armed' | 'ended'
  /** why it ended */
  readonly message?: string
  /** packets so far, and how many of them gave way to later ones */
  readonly matched: number
  readonly overwritten: number
}

/** What a frozen ring holds. */
export interface RingCapture {
  /** of the file */
  readonly bytes: number
  /** looks at packets, of all interfaces */
  readonly packets: number
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
  readonly rows: readonly LedgerRow[]
  /** what is said of its packets, with how many say so */
  readonly findings: readonly { readonly check: string; readonly pod: string; readonly text: string; readonly packets: number }[]
}
