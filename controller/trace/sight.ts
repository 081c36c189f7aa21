import { setTimeout as delay } from 'node:timers/promises'
import type { Path, PathProfile } from '#judge/profile.ts'
import type { Snapshot } from '#judge/snapshot.ts'
import { subjectKey, type Trench } from '#judge/subject.ts'
import type { StreamingProbe } from '../link/probe.ts'
import type { Log } from '../log.ts'
import { addressBytes } from './address.ts'
import { type NodeClock, nodeClocks } from './clocks.ts'
import { TraceFindings } from './findings.ts'
import { nfqlbSelection } from './nfqlb-selection.ts'
import { protocolNumber } from './packet-text.ts'
import type { Predict } from './predict.ts'
import { defaults, filterOf, TraceError, type TraceRequest } from './request.ts'
import { type Tap, tapsOf, type UnseenTap } from './taps.ts'
import type { TraceOptions } from './trace-options.ts'

export interface SightOptions {
  readonly path: PathProfile
  /** reads what the path's points are made of, once, from every pod that can be reached */
  readonly observe: (trench: Trench, signal: AbortSignal) => Promise<Snapshot>
  /** reads what ways of flows are predicted from */
  readonly predict: (trench: Trench, signal: AbortSignal) => Promise<Predict>
  /** the live probe of a pod, by its UID */
  readonly probe: (podUid: string) => StreamingProbe | undefined
  readonly log: Log
}

/** What of a trench can be captured now, for a request. */
export interface Sight {
  readonly trench: Trench
  readonly request: TraceRequest
  readonly filter: string
  readonly path: Path
  readonly taps: readonly Tap[]
  readonly unseen: readonly UnseenTap[]
  /** by `namespace/name` of their pods */
  readonly probes: ReadonlyMap<string, StreamingProbe>
}

/** Brings a probe into each pod of the way, and finds the interfaces. @throws {TraceError} when none can be captured, and for a filter that is none */
export async function sightOf(trench: Trench, request: TraceRequest, { path: profile, observe, probe }: SightOptions, { tapsPerPod, signal }: { readonly tapsPerPod: number; readonly signal: AbortSignal }): Promise<Sight> {
  const path = profile.points(await observe(trench, signal))
  const filter = filterOf(request, path.vips, path.portNats)
  const { taps: wanted, unseen } = tapsOf(path, profile, tapsPerPod)
  nfqlbSelection(request, wanted)
  const probes = new Map(trench.pods.flatMap(pod => {
    const live = probe(pod.uid)
    return live ? [[subjectKey(pod), live] as const] : []
  }))
  const taps = wanted.filter(({ pod }) => probes.has(pod)).map((tap, index) => ({ ...tap, tap: index }))
  const gone: UnseenTap[] = wanted.filter(({ pod }) => !probes.has(pod)).map(tap => ({ pod: tap.pod, interface: tap.interface, reason: 'its probe went away' }))
  if (taps.length === 0) throw new TraceError('trace-failed', `no interface of trench ${trench.namespace}/${trench.name} can be captured: ${[...unseen, ...gone].map(({ pod, reason }) => `${pod}: ${reason}`).join('; ') || 'it has no pods'}`)
  return { trench, request, filter, path, taps, unseen: [...unseen, ...gone], probes }
}

/** What a trace of it begins with: the clocks as they are now. */
export async function traceOptions({ trench, request, filter, path, taps, unseen, probes }: Sight, { path: profile, predict, log }: SightOptions, signal: AbortSignal): Promise<Omit<TraceOptions, 'open'>> {
  const clocks = await clocksOf(taps, probes, signal)
  const { seconds = defaults.seconds, snaplen = defaults.snaplen, count = 0 } = request
  const nfqlb = nfqlbSelection(request, taps)
  return {
    trench: `${trench.namespace}/${trench.name}`, names: path.names, clocks, filter, snaplen, seconds, bytesPerTap, log, ...(nfqlb && { nfqlb }),
    probeOf: tap => probes.get(tap.pod)!,
    findings: onFinding => new TraceFindings({ trench, taps, look: late => predict(trench, late), onFinding, log }),
    setup: {
      base: Math.floor(Date.now() / 1000), taps, steps: profile.places.length, unseen, count, leastGraceNs, ...(nfqlb && { nfqlb: { selection: nfqlb, snaplen } }),
      probes: taps.map(({ pod }) => [...probes.keys()].indexOf(pod)),
      vips: path.vips.map(vip => addressBytes(vip).toString('hex')),
      portChanges: path.portNats.map(({ vip, protocol, ...ports }) => ({ vip: addressBytes(vip).toString('hex'), protocol: protocolNumber(protocol), ...ports })),
      macs: path.interfaces.map(({ mac, ...owner }) => [mac, owner] as const),
      clocks: taps.map(({ node }) => clocks.find(clock => clock.node === node) ?? { offsetNs: 0, errorNs: Number.MAX_SAFE_INTEGER }),
    },
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

const bytesPerTap = 500_000_000
/** tcpdump, and the 5 ms for which a probe collects */
const leastGraceNs = 15e6
const clockWaitMs = 3000
