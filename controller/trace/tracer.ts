import { setTimeout as delay } from 'node:timers/promises'
import type { PathProfile } from '#judge/profile.ts'
import type { Snapshot } from '#judge/snapshot.ts'
import { subjectKey, type Trench } from '#judge/subject.ts'
import type { StreamingProbe } from '../link/probe.ts'
import type { Log } from '../log.ts'
import { addressBytes } from './address.ts'
import { type NodeClock, nodeClocks } from './clocks.ts'
import { type Predict, TraceFindings } from './findings.ts'
import { protocolNumber } from './packet-text.ts'
import { defaults, filterOf, TraceError, type TraceRequest } from './request.ts'
import { type Tap, tapsOf, type UnseenTap } from './taps.ts'
import { Trace } from './trace.ts'

export interface TracerOptions {
  readonly path: PathProfile
  /** reads what the path's points are made of, once, from every pod that can be reached */
  readonly observe: (trench: Trench, signal: AbortSignal) => Promise<Snapshot>
  /** reads what ways of flows are predicted from */
  readonly predict: (trench: Trench, signal: AbortSignal) => Promise<Predict>
  /** the live probe of a pod, by its UID */
  readonly probe: (podUid: string) => StreamingProbe | undefined
  readonly log: Log
}

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
  readonly #options: TracerOptions
  readonly #running = new Map<string, Trace>()
  #starting = 0

  constructor(options: TracerOptions) {
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
    const { path: profile, observe, log } = this.#options
    const path = profile.points(await observe(trench, signal))
    const filter = filterOf(request, path.vips, path.portNats)
    const { taps: wanted, unseen } = tapsOf(path, profile, tapsPerPod)
    const probes = new Map(trench.pods.flatMap(pod => {
      const probe = this.#options.probe(pod.uid)
      return probe ? [[subjectKey(pod), probe] as const] : []
    }))
    const taps = wanted.filter(({ pod }) => probes.has(pod)).map((tap, index) => ({ ...tap, tap: index }))
    const gone: UnseenTap[] = wanted.filter(({ pod }) => !probes.has(pod)).map(tap => ({ pod: tap.pod, interface: tap.interface, reason: 'its probe went away' }))
    if (taps.length === 0) throw new TraceError('trace-failed', `no interface of trench ${trench.namespace}/${trench.name} can be captured: ${[...unseen, ...gone].map(({ pod, reason }) => `${pod}: ${reason}`).join('; ') || 'it has no pods'}`)
    const clocks = await clocksOf(taps, probes, signal)
    const { seconds = defaults.seconds, snaplen = defaults.snaplen, count = 0 } = request
    const trace = new Trace({
      trench: `${trench.namespace}/${trench.name}`, names: path.names, clocks, filter, snaplen, seconds, bytesPerTap, log,
      probeOf: tap => probes.get(tap.pod)!,
      findings: onFinding => new TraceFindings({ trench, taps, look: signal => this.#options.predict(trench, signal), onFinding, log }),
      setup: {
        base: Math.floor(Date.now() / 1000), taps, steps: profile.places.length, unseen: [...unseen, ...gone], count, leastGraceNs,
        probes: taps.map(({ pod }) => [...probes.keys()].indexOf(pod)),
        vips: path.vips.map(vip => addressBytes(vip).toString('hex')),
        portChanges: path.portNats.map(({ vip, protocol, ...ports }) => ({ vip: addressBytes(vip).toString('hex'), protocol: protocolNumber(protocol), ...ports })),
        macs: path.interfaces.map(({ mac, ...owner }) => [mac, owner] as const),
        clocks: taps.map(({ node }) => clocks.find(clock => clock.node === node) ?? { offsetNs: 0, errorNs: Number.MAX_SAFE_INTEGER }),
      },
    })
    log.info({ trace: trace.id, trench: trace.trench, filter, taps: taps.length }, 'trace started')
    const failed = await trace.listening()
    if (failed.size < taps.length) return trace
    trace.stop('no interface can be captured')
    await trace.ended
    throw new TraceError('trace-refused', `nothing is captured: ${[...new Set(failed.values())].join('; ')}`)
  }
}

/** What each probe's ping says; a probe that has just come has not answered one yet. */
async function clocksOf(taps: readonly Tap[], probes: ReadonlyMap<string, StreamingProbe>, signal: AbortSignal): Promise<readonly NodeClock[]> {
  const nodes = new Map(taps.map(({ pod, node }) => [pod, node]))
  const known = () => [...nodes].flatMap(([pod, node]) => {
    const clock = probes.get(pod)!.clock
    return clock ? [{ node, clock }] : []
  })
  for (const end = Date.now() + clockWaitMs; known().length < nodes.size && Date.now() < end;) await delay(20, undefined, { signal })
  return nodeClocks(known())
}

const maxTraces = 8
/** a probe's slots (agent/captures/capture.ts) */
const tapsPerPod = 16
const bytesPerTap = 500_000_000
/** tcpdump, and the 5 ms for which a probe collects */
const leastGraceNs = 15e6
const clockWaitMs = 3000
