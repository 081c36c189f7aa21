import type { AnyCheck } from '#judge/check.ts'
import type { FlowTuple, FlowWay } from '#judge/profile.ts'
import type { Trench } from '#judge/subject.ts'
import type { Log } from '../log.ts'
import type { Runs } from '../schedule/runs.ts'
import type { Scheduler } from '../schedule/scheduler.ts'
import type { Store } from '../store/store.ts'
import type { KeptTraces } from '../trace/kept-traces.ts'
import type { Rings } from '../trace/rings.ts'
import type { Tracer } from '../trace/tracer.ts'
import type { Backend } from './backend.ts'
import type { Guard } from './guard.ts'
import type { Keeper } from './keeper.ts'

/** What every route stands on. */
export interface ApiContext {
  readonly backend: Backend
  readonly runs: Runs
  /** absent: this controller traces nothing */
  readonly tracer?: Tracer
  /** absent: it keeps no traces */
  readonly kept?: KeptTraces
  /** absent: this controller keeps none */
  readonly rings?: Rings
  /** where a packet would go; absent: this controller cannot tell */
  readonly explain?: (trench: Trench, tuple: FlowTuple) => Promise<readonly FlowWay[]>
  /** absent: it has no probes of its own */
  readonly keeper?: Keeper
  readonly store: Store
  readonly scheduler: Scheduler
  readonly checks: readonly AnyCheck[]
  readonly guard: Guard
  readonly log: Log
  /** Unix ms */
  readonly now: () => number
  /** a sweep whose caller left is cancelled after this long, unless he comes back */
  readonly graceMs: number
  /** on a stream that is silent */
  readonly heartbeatMs: number
}
