import type { Cluster } from '#judge/subject.ts'
import packageJson from '../../package.json' with { type: 'json' }
import type { Log } from '../log.ts'
import { type Access, type AccessOptions, openAccess } from './auth.ts'
import { KubeError, kubeErrorOf } from './errors.ts'
import { Gate, pause } from './gate.ts'
import { RequestCount } from './request-count.ts'
import { networkError, openTransport, type Response, type Transport } from './transport.ts'

export interface KubeRequest {
  /** default GET */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  /** sent as JSON */
  readonly body?: unknown
  /** default `application/json`; a PATCH says which kind it is */
  readonly contentType?: string
  readonly signal?: AbortSignal
  /** for everything, waiting and retries included; default 30000. Of a stream: until its headers. */
  readonly timeoutMs?: number
  /** on whose behalf, for the API server's audit log: a suffix of the User-Agent */
  readonly caller?: string
}

export interface KubeClientOptions extends AccessOptions {
  readonly log: Log
  /** default 20 */
  readonly patchesPerSecond?: number
  /** calls at once, default 50 */
  readonly inFlight?: number
}

/** Connects to the cluster a kubeconfig names (or the pod's own). Nothing is sent yet. @throws {KubeError} `not-configured` */
export async function connectCluster(options: KubeClientOptions): Promise<KubeClient> {
  return new KubeClient(openAccess(options), options)
}

const maxBodyBytes = 64 * 1024 * 1024
const maxTries = 3
const queue = 10_000

/** Our own calls to the API server: rate limited, bounded, patient where the server asks for patience. `close()` ends every call and connection. */
export class KubeClient {
  readonly count = new RequestCount()
  readonly server: string
  readonly #access: Access
  readonly #transport: Transport
  readonly #log: Log
  readonly #calls: Gate
  readonly #patches: Gate
  readonly #closing = new AbortController()
  #reached = Promise.withResolvers<void>()
  #cluster: Promise<Cluster> | undefined

  constructor(access: Access, { log, patchesPerSecond = 20, inFlight = 50 }: Omit<KubeClientOptions, keyof AccessOptions>) {
    this.#access = access
    this.server = access.server
    this.#transport = openTransport(access)
    this.#log = log
    this.#calls = new Gate({ inFlight, queue })
    this.#patches = new Gate({ inFlight, queue, perSecond: patchesPerSecond })
  }

  /** The answer as JSON. @throws {KubeError} */
  async request<T = unknown>(request: KubeRequest): Promise<T> {
    return parseAnswer<T>((await this.text(request)).text, `${request.method ?? 'GET'} ${request.path}`)
  }

  /** The answer as text, with its status in 200–299 and what the server warns of. @throws {KubeError} */
  async text(request: KubeRequest): Promise<{ readonly status: number; readonly text: string; readonly warnings: readonly string[] }> {
    const { timeoutMs = 30_000, method = 'GET' } = request
    const late = new KubeError('timeout', `${method} ${request.path}: no answer within ${timeoutMs} ms`)
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(late), timeoutMs)
    const signal = AbortSignal.any([limit.signal, this.#closing.signal, ...(request.signal ? [request.signal] : [])])
    try {
      return await this.#patiently(request, signal, async () => {
        const response = await this.#send(request, signal, 'call')
        const text = await this.#read(response, signal)
        return { status: response.status, text, warnings: warningsOf([response.headers['warning'] ?? []].flat()) }
      })
    } catch (error) {
      throw limit.signal.aborted && !request.signal?.aborted ? late : error
    } finally {
      clearTimeout(timer)
    }
  }

  /**
   * The answer as it comes: a watch, or a followed log. Ends with the server, or throws; `signal` ends it from outside. Not counted against the calls in flight.
   * @throws {KubeError} now for what the server refuses, from the iterator for what breaks later
   */
  async stream(request: KubeRequest): Promise<AsyncIterable<Uint8Array>> {
    const { timeoutMs = 30_000 } = request
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(new KubeError('timeout', `${request.path}: no answer within ${timeoutMs} ms`)), timeoutMs)
    const signal = AbortSignal.any([limit.signal, this.#closing.signal, ...(request.signal ? [request.signal] : [])])
    try {
      const { body } = await this.#send(request, signal, 'watch')
      return readStream(body, this.server, signal)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Resolves at the next answer the API server gives to anybody here, one that is not its own failure. */
  get reached(): Promise<void> {
    return this.#reached.promise
  }

  /** Identity of the cluster: UID of the kube-system namespace, and the context's name for people. Asked once. @throws {KubeError} */
  cluster(signal?: AbortSignal): Promise<Cluster> {
    this.#cluster ??= this.request<{ metadata: { uid: string } }>({ path: '/api/v1/namespaces/kube-system', ...(signal && { signal }) })
      .then(({ metadata }) => ({ uid: metadata.uid, name: this.#access.name }))
      .catch((error: unknown) => {
        this.#cluster = undefined
        throw error
      })
    return this.#cluster
  }

  async close(): Promise<void> {
    this.#closing.abort(new KubeError('aborted', 'the client is closed'))
    await this.#transport.close()
  }

  /** Waits for a turn, and asks again what the server did not take: 429, 503, a broken connection, an etcd that changes its leader. Every method we use but POST may be repeated. */
  async #patiently<T>(request: KubeRequest, signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
    const gate = request.method === 'PATCH' ? this.#patches : this.#calls
    for (let tries = 1; ; tries++) {
      const leave = await gate.enter(signal)
      let waitMs: number
      try {
        return await ask()
      } catch (error) {
        if (!(error instanceof KubeError) || signal.aborted) throw error
        const throttled = error.code === 'too-many-requests' || (error.code === 'unavailable' && error.retryAfterMs !== undefined)
        if (throttled) this.count.throttle()
        const passing = (error.code === 'unreachable' || isOfEtcd(error)) && request.method !== 'POST'
        if (tries >= maxTries || !(throttled || passing)) throw error
        waitMs = throttled ? (error.retryAfterMs ?? 1000) : (error.code === 'unreachable' ? 50 : 500) * tries
        if (throttled) gate.hold(waitMs)
        this.#log.debug({ path: request.path, status: error.status, waitMs, tries }, 'call will be repeated')
      } finally {
        leave()
      }
      this.count.retry()
      await pause(waitMs, signal)
    }
  }

  /** @throws {KubeError} for every status from 300 */
  async #send(request: KubeRequest, signal: AbortSignal, kind: 'call' | 'watch', fresh = false): Promise<Response> {
    const { method = 'GET', path, query = {}, body, contentType = 'application/json', caller } = request
    const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
    this.count.request(method, path)
    const response = await this.#transport.exchange({
      method, kind, signal,
      target: given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`,
      headers: { accept: 'application/json', 'user-agent': userAgent(caller), ...(body !== undefined && { 'content-type': contentType }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }, fresh)
    if (response.status < 500 && response.status !== 401 && response.status !== 429) {
      this.#reached.resolve()
      this.#reached = Promise.withResolvers()
    }
    if (response.status < 300) return response
    const error = kubeErrorOf(response.status, await this.#read(response, signal), [response.headers['retry-after'] ?? []].flat()[0])
    if (error.status !== 401 || fresh) throw error
    this.count.unauthorize()
    this.#log.info({ path }, 'credentials read again')
    return this.#send(request, signal, kind, true)
  }

  async #read({ body }: Response, signal: AbortSignal): Promise<string> {
    const chunks: Buffer[] = []
    let bytes = 0
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        bytes += chunk.length
        if (bytes > maxBodyBytes) throw new KubeError('unreadable', `the answer is longer than ${maxBodyBytes} bytes`)
        chunks.push(chunk)
      }
    } catch (error) {
      throw networkError(error, this.server, signal)
    }
    return Buffer.concat(chunks).toString()
  }
}

/** @param asked for the error's words. @throws {KubeError} `unreadable` on what is not JSON */
export function parseAnswer<T>(text: string, asked: string): T {
  try {
    return JSON.parse(text) as T
  } catch (cause) {
    throw new KubeError('unreadable', `${asked} did not answer with JSON: ${text.slice(0, 200)}`, { cause })
  }
}

/** The store behind the API server did not take it: it elects a leader, or is away (texts of kube-apiserver 1.20 and 1.36). */
function isOfEtcd({ code, message }: KubeError): boolean {
  return code === 'server-error' && /etcdserver: |code = Unavailable/.test(message)
}

/** The words of `Warning: 299 - "…"` headers, several of which may stand in one line. */
function warningsOf(headers: readonly string[]): readonly string[] {
  return headers.flatMap(header => [...header.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, words = '']) => words.replace(/\\(.)/g, '$1')))
}

async function* readStream(body: AsyncIterable<Uint8Array>, server: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    throw networkError(error, server, signal)
  }
}

function userAgent(caller: string | undefined): string {
  return `trenchscope/${packageJson.version}${caller ? ` (${caller.replace(/[^\x20-\x7e]|[()]/g, '_').slice(0, 200)})` : ''}`
}
