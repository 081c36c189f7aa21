import { timingSafeEqual } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { fastify, type FastifyInstance } from 'fastify'
import type { AnyCheck } from '#judge/check.ts'
import { type Backend, type Selection, SelectionError } from './backend.ts'
import { viewOf } from './checks.ts'

export interface ApiOptions {
  readonly backend: Backend
  readonly checks: readonly AnyCheck[]
  readonly token: string
  /** `host:port`; port 0 takes a free one */
  readonly listen: string
}

export interface Api {
  readonly url: string
  close(): Promise<void>
}

/** The controller's HTTP API. Errors are RFC 9457 problems; `POST /v1/sweeps` answers a stream of events, one JSON object a line. */
export async function startApi(options: ApiOptions): Promise<Api> {
  const server = fastify({ logger: false, forceCloseConnections: true })
  server.setErrorHandler((error: Error & { statusCode?: number; code?: string }, _request, reply) => {
    const status = error instanceof SelectionError ? 404 : (error.statusCode ?? 500)
    return reply.code(status).type('application/problem+json').send({ type: 'about:blank', status, code: error.code ?? 'internal', detail: error.message })
  })
  server.setNotFoundHandler((request, reply) => reply.code(404).type('application/problem+json').send({ type: 'about:blank', status: 404, code: 'not-found', detail: `no ${request.method} ${request.url}` }))
  server.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/v1/') || allowed(request.headers.authorization, options.token)) return
    return reply.code(401).type('application/problem+json').send({ type: 'about:blank', status: 401, code: 'unauthorized', detail: 'a bearer token is needed' })
  })
  routes(server, options)
  const [host = '127.0.0.1', port = '0'] = splitListen(options.listen)
  const url = await server.listen({ host, port: Number(port) })
  return { url, close: () => server.close() }
}

function routes(server: FastifyInstance, { backend, checks }: ApiOptions): void {
  server.get('/healthz', () => ({ ok: true }))
  server.get('/readyz', (_request, reply) => {
    const health = backend.health()
    return reply.code(health.problems.length === 0 ? 200 : 503).send(health)
  })
  server.get<{ Querystring: Selection }>('/v1/trenches', { schema: { querystring: selection } }, request => ({ items: backend.trenches(request.query) }))
  server.get('/v1/probes', () => ({ items: backend.probes() }))
  server.get('/v1/checks', () => ({ items: checks.map(viewOf) }))
  server.post<{ Body: Selection }>('/v1/sweeps', { schema: { body: selection } }, (request, reply) => {
    backend.trenches(request.body).length > 0 || fail(request.body)
    const abort = new AbortController()
    const stream = new PassThrough({ highWaterMark: 4 << 20 })
    reply.raw.on('close', () => abort.abort(new Error('the caller left')))
    backend.sweep(request.body, { signal: abort.signal, onEvent: event => stream.write(`${JSON.stringify(event)}\n`) })
      .catch((error: Error & { code?: string }) => stream.write(`${JSON.stringify({ type: 'error', code: error.code ?? 'internal', detail: error.message })}\n`))
      .finally(() => stream.end())
    return reply.type('application/x-ndjson').send(stream)
  })
}

const name = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$' }
const selection = { type: 'object', properties: { namespace: name, trench: name }, additionalProperties: false }

function fail({ namespace, trench }: Selection): never {
  throw new SelectionError(`no trench${trench ? ` ${trench}` : ''}${namespace ? ` in namespace ${namespace}` : ''} is known`)
}

function allowed(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function splitListen(listen: string): [host: string, port: string] {
  const at = listen.lastIndexOf(':')
  return [listen.slice(0, at).replace(/^\[|\]$/g, ''), listen.slice(at + 1)]
}
