import type { Runs } from '../schedule/runs.ts'
import type { Store } from '../store/store.ts'
import { type Backend, probeStates } from './backend.ts'
import type { Family, Sample } from './formats/openmetrics.ts'

export interface MetricsSource {
  readonly backend: Backend
  readonly runs: Runs
  readonly store: Pick<Store, 'countFindings' | 'bytesUsed'>
}

/** What is wrong and how the controller fares. Labels are checks, severities, states and reasons of ours: never a pod, a trench or a namespace, so that their number has a bound and the page tells nothing of them. */
export async function metricFamilies({ backend, runs, store }: MetricsSource): Promise<readonly Family[]> {
  const { problems, counters } = backend.health()
  const probes = Map.groupBy(backend.probes(), probe => probe.state)
  const [findings, bytes] = await Promise.all([store.countFindings(), store.bytesUsed()])
  const { swept, verdicts, trenchSeconds } = runs.statistics
  return [
    gauge('trenchscope_findings', 'Findings that stand now, of all trenches, by check, severity and state.', findings.map(({ check, severity, state, count }) => ({ labels: { check, severity, state }, value: count }))),
    gauge('trenchscope_trenches', 'Trenches that are known.', [{ value: backend.trenches({}).length }]),
    gauge('trenchscope_probes', 'Probes by state.', probeStates.map(state => ({ labels: { state }, value: probes.get(state)?.length ?? 0 }))),
    gauge('trenchscope_sweeps_running', 'Sweeps that run now.', [{ value: runs.running }]),
    counter('trenchscope_sweeps', 'Sweeps that ended, by how.', Object.entries(swept).map(([state, value]) => ({ labels: { state }, value }))),
    counter('trenchscope_verdicts', 'Verdicts given, by kind.', Object.entries(verdicts).map(([verdict, value]) => ({ labels: { verdict }, value }))),
    { name: 'trenchscope_trench_sweep_seconds', type: 'histogram', help: 'How long one trench took, from plan to report.', samples: trenchSeconds.samples() },
    counter('trenchscope_link_events', 'Probes welcomed and strangers refused, by reason.', Object.entries(counters).filter(([name]) => name !== 'connected').map(([event, value]) => ({ labels: { event }, value }))),
    gauge('trenchscope_problems', 'Reasons why the controller may not see everything; see /readyz.', [{ value: problems.length }]),
    gauge('trenchscope_store_bytes', 'Size of what is kept.', [{ value: bytes }]),
  ]
}

const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({ name, type: 'gauge', help, samples })
const counter = (name: string, help: string, samples: readonly Sample[]): Family => ({ name, type: 'counter', help, samples: samples.map(sample => ({ ...sample, suffix: '_total' })) })
