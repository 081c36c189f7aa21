import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Trench } from '#judge/subject.ts'
import type { SweepRecord } from '../store/records.ts'
import type { Health, ProbeView, Selection } from './backend.ts'
import type { CheckView } from './checks.ts'
import type { StreamEvent } from './event-stream.ts'
import type { ReportView } from './silenced.ts'

/** The API refused or could not be reached; `code` is the problem's, or `unreachable`. */
export class ApiError extends Error {
  readonly code: string
  /** HTTP status; 0 when there was no answer */
  readonly status: number
  constructor(code: string, message: string, { status = 0, ...options }: ErrorOptions & { readonly status?: number } = {}) {
    super(message, options)
    this.name = 'ApiError'
    this.code = code
    this.status = status
  }
}

export interface Items<T> {
  readonly items: readonly T[]
  readonly continue?: string
}

/** A typed client of the controller's API. Every method rejects with an {@link ApiError}. */
export class ApiClient {
  readonly #url: string
  readonly #token: string

  constructor(options: { readonly url: string; readonly token: string }) {
    this.#url = options.url.replace(/\/$/, '')
    this.#token = options.token
  }

  trenches(selection: Selection = {}): Promise<readonly Trench[]> {
    return this.all(`/v1/trenches?${new URLSearchParams({ ...selection })}`)
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
    const begin = { method: 'POST', body: JSON.stringify(selection), headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() } }
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

  sweeps(query: Readonly<Record<string, string>> = {}): Promise<readonly SweepRecord[]> {
    return this.all(`/v1/sweeps?${new URLSearchParams(query)}`)
  }

  async #call(path: string, init: RequestInit = {}, expected: readonly number[] = [200]): Promise<Response> {
    let response: Response
    try {
      response = await fetch(`${this.#url}${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${this.#token}` } })
    } catch (error) {
      throw new ApiError('unreachable', `no controller answers at ${this.#url}: ${((error as Error).cause as Error | undefined)?.message ?? (error as Error).message}`, { cause: error })
    }
    if (expected.includes(response.status)) return response
    const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string }
    throw new ApiError(problem.code ?? `http-${response.status}`, problem.detail ?? `${init.method ?? 'GET'} ${path} answered ${response.status}`, { status: response.status })
  }
}

/** The lines of an answer while they come. */
export async function* linesOf(response: Response): AsyncGenerator<string> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    const parts = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) if (part !== '') yield part
  }
  if (rest !== '') yield rest
}
