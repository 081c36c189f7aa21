import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Snapshot } from '#judge/snapshot.ts'
import type { Trench } from '#judge/subject.ts'
import type { Access } from '../../controller/api/auth/access.ts'
import { tokenFileAccess } from '../../controller/api/auth/token-file.ts'
import { ApiClient } from '../../controller/api/client.ts'
import { type Api, type ApiOptions, startApi } from '../../controller/api/server.ts'
import type { PodRef } from '../../controller/cluster/pod.ts'
import type { Sink } from '../../controller/schedule/notify.ts'
import { Runs } from '../../controller/schedule/runs.ts'
import type { Sweeper } from '../../controller/schedule/sweeper.ts'
import { openStore, type Store } from '../../controller/store/store.ts'
import type { SweepReport } from '../../controller/sweep/report.ts'
import { Rings } from '../../controller/trace/rings.ts'
import type { SightOptions } from '../../controller/trace/sight.ts'
import { blue, lookOf, red, reportOf, silent } from '../store/synthetic.ts'

export interface ApiBed {
  readonly api: Api
  readonly client: ApiClient
  readonly store: Store
  readonly runs: Runs
  close(): Promise<void>
}

export interface ApiBedOptions extends Partial<Pick<ApiOptions, 'checks' | 'rate' | 'graceMs' | 'heartbeatMs' | 'now' | 'tracer' | 'kept' | 'explain' | 'tls'>> {
  readonly trenches?: readonly Trench[]
  /** what a trench's sweep says; default: nothing wrong. Called before it is reported. */
  readonly sweep?: (trench: Trench, signal: AbortSignal) => Promise<SweepReport> | SweepReport
  readonly snapshots?: readonly Snapshot[]
  readonly access?: Access
  readonly sinks?: readonly Sink[]
  /** what rings are armed on; default: there are none */
  readonly sight?: SightOptions
}

/** The API over a real store, with a synthetic fleet of two trenches, red and blue, and the token `secret`. */
export async function openApiBed({ trenches = [red, blue], sweep = trench => reportOf([], { trench, id: randomUUID() }), snapshots = [lookOf('good')], access = tokenFileAccess('secret'), checks = [], sinks = [], sight, ...options }: ApiBedOptions = {}): Promise<ApiBed> {
  const dir = mkdtempSync(join(tmpdir(), 'trenchscope-api-'))
  const store = await openStore({ file: join(dir, 'store.db'), retention: { maxAgeMs: 1e15, maxBytes: 1e15 }, log: silent })
  const sweeper: Sweeper = {
    trenches: ({ namespace, trench }) => trenches.filter(known => (namespace === undefined || known.namespace === namespace) && (trench === undefined || known.name === trench || known.id === trench)),
    sweep: async (meant, { signal, onEvent, keep }) => {
      const reports: SweepReport[] = []
      for (const trench of meant) {
        onEvent({ type: 'planned', trench: trench.id, pods: trench.pods.length, checks: 2 })
        const report = await sweep(trench, signal)
        if (signal.aborted) break
        await keep?.({ report, snapshots: snapshots.map(snapshot => ({ ...snapshot, trench })) })
        onEvent({ type: 'report', trench: trench.id, report })
        reports.push(report)
      }
      return reports
    },
  }
  const rings = sight && new Rings({ ...sight, dir: join(dir, 'rings'), store })
  const runs = new Runs({ sweeper, store, sinks, ...(rings && { attach: report => rings.attach(report) }), log: silent })
  const backend = {
    trenches: sweeper.trenches,
    probes: () => [{ pod: 'red/lb-1', container: 'trenchscope-0001', image: 'trenchscope/agent:0.1.0', version: '0.1.0', state: 'connected' as const, entries: 1, rssBytes: 1, cpuMs: 2 }],
    health: () => ({ problems: ['pods are stale'], counters: { probes: 1 } }),
  }
  const keeper = {
    preflight: async (pods: readonly PodRef[]) => ({ image: 'trenchscope/agent:0.1.0', problems: [], namespaces: [], pods: pods.map(({ namespace, name }) => ({ pod: `${namespace}/${name}`, node: 'worker-1', allowed: true, entries: 0, warnings: [] })) }),
    drain: () => ['red/lb-1'],
  }
  const api = await startApi({ backend, keeper, runs, store, checks, access, log: silent, listen: '127.0.0.1:0', ...(rings && { rings }), ...options })
  const close = async () => {
    await api.close()
    await runs.close()
    await rings?.close()
    await store.close()
    rmSync(dir, { recursive: true })
  }
  return { api, client: new ApiClient({ url: api.url, token: 'secret' }), store, runs, close }
}
