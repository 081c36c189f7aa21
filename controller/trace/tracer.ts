import type { Trench } from '#judge/subject.ts'
import { windowBytes } from './engine-setup.ts'
import { TraceError, type TraceRequest } from './request.ts'
import { type SightOptions, sightOf, traceOptions } from './sight.ts'
import { Trace } from './trace.ts'

export interface TraceView {
  readonly id: string
  readonly trench: string
  readonly filter: string
  /** Unix ms */
  readonly startedAt: number
  readonly taps: number
  readonly state: 'running' | 'stopping'
}

/** Traces of all trenches: begins them, knows which run, ends them. */
export class Tracer {
  readonly #options: SightOptions
  readonly #running = new Map<string, Trace>()
  #starting = 0

  constructor(options: SightOptions) {
    this.#options = options
  }

  /** Resolves when every interface that can be captured is. @throws {TraceError} when none can, when the filter is none, and when too many traces run */
  async start(trench: Trench, request: TraceRequest, signal: AbortSignal): Promise<Trace> {
    if (this.#running.size + this.#starting >= maxTraces) throw new TraceError('too-many-traces', `${maxTraces} traces run at once, no more`)
    this.#starting += 1
    try {
      const trace = await this.#begin(trench, request, signal)
      this.#running.set(trace.id, trace)
      void trace.ended.then(() => this.#running.delete(trace.id))
      return trace
    } finally {
      this.#starting -= 1
    }
  }

  list(): readonly TraceView[] {
    return [...this.#running.values()].map(trace => ({ id: trace.id, trench: trace.trench, filter: trace.filter, startedAt: trace.startedAt, taps: trace.taps.length, state: trace.isStopping ? 'stopping' : 'running' }))
  }

  find(id: string): Trace | undefined {
    return this.#running.get(id)
  }

  /** Ends all that run, and waits for it. */
  async close(): Promise<void> {
    const running = [...this.#running.values()]
    for (const trace of running) trace.stop('the controller ends')
    await Promise.all(running.map(trace => trace.ended))
  }

  async #begin(trench: Trench, request: TraceRequest, signal: AbortSignal): Promise<Trace> {
    const sight = await sightOf(trench, request, this.#options, { tapsPerPod, signal })
    const { filter, taps, probes } = sight
    const trace = new Trace({ ...await traceOptions(sight, this.#options, signal), open: ({ pod }, params, events) => probes.get(pod)!.stream('packets', params, windowBytes, events) })
    const { log } = this.#options
    log.info({ trace: trace.id, trench: trace.trench, filter, taps: taps.length }, 'trace started')
    const failed = await trace.listening()
    if (failed.size < taps.length) return trace
    trace.stop('no interface can be captured')
    await trace.ended
    throw new TraceError('trace-refused', `nothing is captured: ${[...new Set(failed.values())].join('; ')}`)
  }
}

const maxTraces = 8
/** a probe's slots (agent/captures/capture.ts) */
const tapsPerPod = 16
