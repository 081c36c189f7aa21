import type { FlowTuple, FlowWay } from '#judge/profile.ts'
import type { Snapshot } from '#judge/snapshot.ts'
import type { Subject, Trench } from '#judge/subject.ts'
import type { Changes } from '../schedule/compare.ts'
import type { AuditEntry, FindingChange, Silence, SweepRecord } from '../store/records.ts'
import type { Health, ProbeView, Selection } from './backend.ts'
import type { ChangeEvent } from './change-stream.ts'
import type { CheckView } from './checks.ts'
import { ApiError, type ApiClientOptions, call, linesOf } from './client-call.ts'
import type { FindingQuery, FindingRecordView, PreflightView, SilenceBody, SweepQuery } from './client-types.ts'
import type { StreamEvent } from './event-stream.ts'
import type { ReportView } from './silenced.ts'

export type * from './client-types.ts'
export { ApiError, type ApiClientOptions, linesOf } from './client-call.ts'

export interface Items<T> {
  readonly items: readonly T[]
  readonly continue?: string
}

/** A typed client of the controller's API. Every method rejects with an {@link ApiError}. */
export class ApiClient {
  readonly #options: ApiClientOptions

  constructor(options: ApiClientOptions) {
    this.#options = options
  }

  trenches(selection: Selection = {}): Promise<readonly Trench[]> {
    return this.all(`/v1/trenches${queryOf(selection)}`)
  }

  pods(selection: Selection = {}): Promise<readonly Subject[]> {
    return this.all(`/v1/pods${queryOf(selection)}`)
  }

  probes(): Promise<readonly ProbeView[]> {
    return this.all('/v1/probes')
  }

  checks(): Promise<readonly CheckView[]> {
    return this.all('/v1/checks')
  }

  async health(): Promise<Health> {
    const response = await this.#call('/readyz', {}, [200, 503])
    return (await response.json()) as Health
  }

  /** The answer of any path as JSON; `body` makes it a POST. */
  async json<T>(path: string, { method, body, headers = {} }: { readonly method?: string; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {}): Promise<T> {
    const response = await this.#call(path, { method: method ?? (body === undefined ? 'GET' : 'POST'), headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) }, ...(body !== undefined && { body: JSON.stringify(body) }) }, [200, 201, 202])
    return (await response.json()) as T
  }

  /** An answer that goes on while it is read; `body` makes it a POST. */
  open(path: string, { body, accept, signal }: { readonly body?: unknown; readonly accept?: string; readonly signal?: AbortSignal } = {}): Promise<Response> {
    const headers = { ...(accept !== undefined && { accept }), ...(body !== undefined && { 'content-type': 'application/json' }) }
    return this.#call(path, { method: body === undefined ? 'GET' : 'POST', headers, ...(body !== undefined && { body: JSON.stringify(body) }), ...(signal && { signal }) })
  }

  async text(path: string): Promise<string> {
    return (await this.#call(path)).text()
  }

  /** A whole list, part after part. */
  async all<T>(path: string): Promise<readonly T[]> {
    const items: T[] = []
    for (let token: string | undefined; ;) {
      const page: Items<T> = await this.json(token === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}continue=${token}`)
      items.push(...page.items)
      token = page.continue
      if (token === undefined) return items
    }
  }

  /**
   * Runs a sweep and hands on its events while they come. A connection that breaks is taken up again where it broke; `signal` cancels the sweep.
   * A sweep whose reports could not all be kept resolves with them, and tells so as a `problem` event.
   */
  async sweep(selection: Selection, options: { readonly onEvent?: (event: StreamEvent) => void; readonly signal?: AbortSignal } = {}): Promise<readonly ReportView[]> {
    const reports: ReportView[] = []
    const seen: { id?: string; cursor: number; end?: Extract<StreamEvent, { type: 'ended' }> } = { cursor: 0 }
    const begin = { method: 'POST', body: JSON.stringify(selection), headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() } }
    for (let tries = 0; !seen.end;) {
      try {
        const signal = options.signal ? { signal: options.signal } : {}
        const response = seen.id === undefined ? await this.#call('/v1/sweeps', { ...begin, ...signal }) : await this.#call(`/v1/sweeps/${seen.id}/events?after=${seen.cursor}`, signal)
        for await (const line of linesOf(response)) {
          const event = JSON.parse(line) as StreamEvent
          if ('cursor' in event) [seen.cursor, tries] = [event.cursor, 0]
          if (event.type === 'started') seen.id = event.sweep
          if (event.type === 'report') reports.push(event.report)
          if (event.type === 'ended') seen.end = event
          options.onEvent?.(event)
        }
      } catch (error) {
        const isLost = options.signal?.aborted || seen.id === undefined || (error instanceof ApiError && error.status !== 0) || tries++ >= 5
        if (options.signal?.aborted && seen.id !== undefined) await this.json(`/v1/sweeps/${seen.id}/cancel`, { method: 'POST' }).catch(() => undefined)
        if (isLost) throw error instanceof ApiError ? error : new ApiError('unreachable', `the sweep's stream ended: ${(error as Error).message}`, { cause: error })
        await delay(200 * tries)
      }
    }
    const { state, problem } = seen.end
    if (state === 'cancelled' || (state === 'failed' && reports.length === 0)) throw new ApiError(problem?.code ?? state, problem?.detail ?? `the sweep is ${state}`)
    return reports
  }

  sweeps(query: SweepQuery = {}): Promise<readonly SweepRecord[]> {
    return this.all(`/v1/sweeps${queryOf(query)}`)
  }

  /** Begins a sweep that goes on without its caller. The same `key` begins it once. */
  beginSweep(selection: Selection, { key = crypto.randomUUID() }: { readonly key?: string } = {}): Promise<SweepRecord> {
    return this.json('/v1/sweeps', { body: selection, headers: { prefer: 'respond-async', 'idempotency-key': key } })
  }

  sweepRecord(sweep: string): Promise<SweepRecord> {
    return this.json(`/v1/sweeps/${id(sweep)}`)
  }

  cancelSweep(sweep: string): Promise<SweepRecord> {
    return this.json(`/v1/sweeps/${id(sweep)}/cancel`, { method: 'POST' })
  }

  reports(sweep: string): Promise<readonly ReportView[]> {
    return this.all(`/v1/sweeps/${id(sweep)}/reports`)
  }

  snapshots(sweep: string): Promise<readonly Snapshot[]> {
    return this.all(`/v1/sweeps/${id(sweep)}/snapshots`)
  }

  diff(sweep: string, against?: string): Promise<Changes & { readonly sweep: string; readonly against: string }> {
    return this.json(`/v1/sweeps/${id(sweep)}/diff${queryOf({ against })}`)
  }

  findings(query: FindingQuery = {}): Promise<readonly FindingRecordView[]> {
    return this.all(`/v1/findings${queryOf({ limit: 500, ...query })}`)
  }

  finding(key: string): Promise<FindingRecordView & { readonly history: readonly FindingChange[] }> {
    return this.json(`/v1/findings/${id(key)}`)
  }

  /** What becomes of findings, from now on or after a cursor, until `signal` ends it; taken up again where it broke. @throws {ApiError} when it is refused, or five tries in a row fail */
  async *changes({ after, trench, signal }: { readonly after?: number; readonly trench?: string; readonly signal?: AbortSignal } = {}): AsyncGenerator<ChangeEvent> {
    let cursor = after
    for (let tries = 0; !signal?.aborted; tries++) {
      try {
        for await (const line of linesOf(await this.#call(`/v1/findings/changes${queryOf({ after: cursor, trench })}`, signal ? { signal } : {}))) {
          const event = JSON.parse(line) as ChangeEvent
          if ('cursor' in event) [cursor, tries] = [event.cursor, 0]
          yield event
        }
      } catch (error) {
        if (signal?.aborted) return
        if ((error instanceof ApiError && error.status !== 0) || tries >= 5) throw error instanceof ApiError ? error : new ApiError('unreachable', `the stream ended: ${(error as Error).message}`, { cause: error })
      }
      await delay(200 * (tries + 1))
    }
  }

  silences(query: { readonly all?: boolean } = {}): Promise<readonly Silence[]> {
    return this.all(`/v1/silences${queryOf(query)}`)
  }

  silence(body: SilenceBody, { key = crypto.randomUUID() }: { readonly key?: string } = {}): Promise<Silence> {
    return this.json('/v1/silences', { body, headers: { 'idempotency-key': key } })
  }

  endSilence(silence: string): Promise<Silence> {
    return this.json(`/v1/silences/${id(silence)}`, { method: 'DELETE' })
  }

  audit(query: { readonly caller?: string; readonly action?: string; readonly since?: number } = {}): Promise<readonly AuditEntry[]> {
    return this.all(`/v1/audit${queryOf(query)}`)
  }

  preflight(selection: Selection = {}): Promise<PreflightView> {
    return this.json(`/v1/preflight${queryOf(selection)}`)
  }

  /** @returns the pods whose probes were told to end */
  async drain(body: { readonly namespace?: string; readonly reason?: string } = {}): Promise<readonly string[]> {
    return (await this.json<{ readonly pods: readonly string[] }>('/v1/probes/drain', { body })).pods
  }

  explainFlow(body: Selection & FlowTuple): Promise<{ readonly trench: string; readonly items: readonly FlowWay[] }> {
    return this.json('/v1/traces/explain', { body })
  }

  #call(path: string, init: RequestInit = {}, expected: readonly number[] = [200]): Promise<Response> {
    return call(this.#options, path, init, expected)
  }
}

const queryOf = (given: object): string => {
  const query = new URLSearchParams(Object.entries(given).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, String(value)]])))
  return query.size === 0 ? '' : `?${query}`
}
const id = encodeURIComponent
// no import of Node's: the client runs in a browser, too
const delay = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
