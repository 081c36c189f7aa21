import type { Trench } from '#judge/subject.ts'
import type { SweepEvent, SweepReport } from '../sweep/report.ts'
import type { Health, ProbeView, Selection } from './backend.ts'
import type { CheckView } from './checks.ts'

/** The API refused or could not be reached; `code` is the problem's, or `unreachable`. */
export class ApiError extends Error {
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ApiError'
    this.code = code
  }
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
    return this.#items(`/v1/trenches?${new URLSearchParams({ ...selection })}`)
  }

  probes(): Promise<readonly ProbeView[]> {
    return this.#items('/v1/probes')
  }

  checks(): Promise<readonly CheckView[]> {
    return this.#items('/v1/checks')
  }

  async health(): Promise<Health> {
    const response = await this.#call('/readyz', {}, [200, 503])
    return (await response.json()) as Health
  }

  /** Runs a sweep and hands on its events while they come. */
  async sweep(selection: Selection, options: { readonly onEvent?: (event: SweepEvent) => void; readonly signal?: AbortSignal } = {}): Promise<readonly SweepReport[]> {
    const response = await this.#call('/v1/sweeps', { method: 'POST', body: JSON.stringify(selection), headers: { 'content-type': 'application/json' }, ...(options.signal && { signal: options.signal }) })
    const reports: SweepReport[] = []
    for await (const line of linesOf(response)) {
      const event = JSON.parse(line) as SweepEvent | { type: 'error'; code: string; detail: string }
      if (event.type === 'error') throw new ApiError(event.code, event.detail)
      if (event.type === 'report') reports.push(event.report)
      options.onEvent?.(event)
    }
    return reports
  }

  async #items<T>(path: string): Promise<readonly T[]> {
    const response = await this.#call(path)
    return ((await response.json()) as { items: readonly T[] }).items
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
    throw new ApiError(problem.code ?? `http-${response.status}`, problem.detail ?? `${init.method ?? 'GET'} ${path} answered ${response.status}`)
  }
}

async function* linesOf(response: Response): AsyncGenerator<string> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    const parts = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) if (part !== '') yield part
  }
  if (rest !== '') yield rest
}
