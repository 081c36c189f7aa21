import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Reply } from './dispatch.ts'
import { ApiError } from './status.ts'

/** `namespace/scheme:name:port` → where its pods answer. */
export type Services = Map<string, string>

/**
 * `services/NAME/proxy/…` as a kube-apiserver hands it on: the same method, path, query and body, every header but Authorization, which it takes for itself (`WithAuthentication`); the answer as it comes.
 * @throws {ApiError} 503 without an endpoint
 */
export async function proxied(services: Services, { namespace = '', name = '' }: { readonly namespace?: string; readonly name?: string }, request: IncomingMessage, body: string, response: ServerResponse): Promise<Reply> {
  const target = services.get(`${namespace}/${name}`)
  if (target === undefined) throw new ApiError(503, 'ServiceUnavailable', `no endpoints available for service ${JSON.stringify(name)}`)
  const { authorization: _authorization, host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers
  const [, path = '/'] = /\/proxy(\/.*)?$/.exec(request.url ?? '') ?? []
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const method = request.method ?? 'GET'
  const given = Object.entries(headers).filter(([key, value]) => !key.startsWith(':') && typeof value === 'string') as [string, string][]
  const answer = await fetch(`${target}${path}`, { method, headers: given, signal: gone.signal, ...(body !== '' && method !== 'GET' && { body }) })
  const told = [...answer.headers].filter(([key]) => !['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding'].includes(key))
  return { code: answer.status, stream: answer.body ?? (async function* () {})(), headers: Object.fromEntries(told) }
}
