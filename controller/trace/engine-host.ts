import { Worker } from 'node:worker_threads'
import type { Counters } from '#proto/frames.ts'
import type { EngineSetup } from './engine-setup.ts'
import type { EndedEvent } from './events.ts'
import type { NfqlbMatch } from './nfqlb-lines.ts'
import type { NfqlbMark } from './nfqlb-stage.ts'
import type { CaptureMode } from './tap-capture.ts'
import type { Suspects } from './suspects.ts'

export type ToEngine =
  | { readonly type: 'listening'; readonly tap: number; /** Unix ms; the thread may hear of it later, it starts meanwhile */ readonly sinceMs: number }
  | { readonly type: 'data'; readonly tap: number; /** of the tap, from 0 */ readonly capture: number; readonly records: Uint8Array; readonly dropped: number }
  | { readonly type: 'counted'; readonly tap: number; readonly capture: number; readonly counters: Counters }
  | { readonly type: 'handedOver'; readonly tap: number; readonly capture: number }
  | { readonly type: 'switched'; readonly tap: number; readonly mode: CaptureMode; readonly perSecond: number }
  | { readonly type: 'beat'; readonly probe: number; /** Unix ms, the probe's clock */ readonly at: number }
  | { readonly type: 'clock'; readonly tap: number; readonly errorNs: number }
  | { readonly type: 'ended'; readonly tap: number; readonly capture: number; readonly state: 'ended' | 'failed'; readonly message: string }
  | { readonly type: 'wants'; readonly wants: Wants }
  | { readonly type: 'nfqlb'; readonly balancer: number; readonly matches: readonly NfqlbMatch[]; /** Unix ms */ readonly atMs: number }
  | { readonly type: 'nfqlbState'; readonly balancer: number; readonly isActive: boolean }
  | { readonly type: 'finish'; /** Unix ms */ readonly stoppedAtMs: number; readonly reason: string }

/** What somebody listens to. */
export interface Wants { readonly blocks: boolean; readonly packets: boolean; readonly journeys: boolean }

export interface FromEngine {
  /** bytes of payload each capture may send on top */
  readonly grants: readonly { readonly tap: number; readonly capture: number; readonly bytes: number }[]
  /** probes that should say whether they have more: others' packets wait for it */
  readonly blocking: readonly number[]
  readonly blocks?: Uint8Array
  /** in `blocks` */
  readonly packets: number
  /** events as lines of JSON, with and without `packet` */
  readonly full: string
  readonly plain: string
  /** as many packets are followed as were asked for */
  readonly enough: boolean
  readonly suspects: ReturnType<Suspects['take']>
  /** what load balancers said that facts may speak against */
  readonly marks: readonly NfqlbMark[]
  readonly ended?: EndedEvent
}

export interface EngineHostEvents {
  onTold(told: FromEngine): void
  /** once, when the thread broke */
  onFailed(error: Error): void
}

/** A trace's engine in its thread. */
export class EngineHost {
  readonly #worker: Worker

  constructor(setup: EngineSetup, events: EngineHostEvents) {
    this.#worker = new Worker(new URL('./engine-worker.ts', import.meta.url), { workerData: setup, resourceLimits: { maxOldGenerationSizeMb: 512 } })
    this.#worker.on('message', (told: FromEngine) => events.onTold(told))
    this.#worker.once('error', error => events.onFailed(error as Error))
  }

  tell(message: ToEngine): void {
    // the bytes of a frame lie in a buffer that is not ours to give away
    if (message.type === 'data') {
      const records = new Uint8Array(message.records)
      this.#worker.postMessage({ ...message, records }, [records.buffer])
    } else this.#worker.postMessage(message)
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}
