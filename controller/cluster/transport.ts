import type { Readable } from 'node:stream'
import { Agent, type Dispatcher, ProxyAgent, request } from 'undici'
import type { Access, TlsMaterial } from './auth.ts'
import { aborted } from './gate.ts'
import { KubeError } from './errors.ts'

/** One HTTP exchange. */
export interface Exchange {
  readonly method: string
  /** path with query */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
  /** `watch`: a connection of its own kind, and no limit on silence in the body */
  readonly kind: 'call' | 'watch'
}

export interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Readable
}

/**
 * The connections to one API server: one dispatcher for calls and one for watches, kept for as long as the client certificate stays the same. HTTP/1.1, also where HTTP/2 is
 * offered: a call with a body that is given up while it is under way hangs Node for good there, in native code that takes all memory (undici 8.12 on Node 26.10, against a real kube-apiserver).
 */
export interface Transport {
  /** @param fresh credentials are read from the start. @throws {KubeError} `unreachable`, `timeout`, `aborted`, `not-configured` */
  exchange(exchange: Exchange, fresh?: boolean): Promise<Response>
  close(): Promise<void>
}

const connectTimeoutMs = 10_000
const headersTimeoutMs = 30_000
/** connections for calls; each watch has its own */
const callConnections = 8

export function openTransport(access: Access): Transport {
  let open: { readonly material: string; readonly calls: Dispatcher; readonly watches: Dispatcher } | undefined
  const closing = new Set<Promise<unknown>>()
  let closed = false

  const dispatchers = (tls: TlsMaterial) => {
    const material = JSON.stringify(tls)
    if (open?.material !== material) {
      if (open) retire(open.calls, open.watches)
      open = { material, calls: dispatcher(access, tls, 'call'), watches: dispatcher(access, tls, 'watch') }
    }
    return open
  }
  const retire = (...old: Dispatcher[]): void => {
    for (const each of old) {
      const done = each.close().catch(() => undefined).finally(() => closing.delete(done))
      closing.add(done)
    }
  }

  return {
    exchange: async ({ kind, method, target, headers, body, signal }, fresh) => {
      const credentials = await access.credentials(fresh)
      if (closed) throw new KubeError('aborted', 'the client is closed')
      const { calls, watches } = dispatchers(credentials.tls)
      try {
        const { statusCode, headers: answered, body: stream } = await request(`${access.server}${target}`, {
          dispatcher: kind === 'watch' ? watches : calls,
          method: method as Dispatcher.HttpMethod,
          headers: { ...headers, ...credentials.headers },
          signal,
          ...(body !== undefined && { body }),
        })
        return { status: statusCode, headers: answered, body: stream }
      } catch (error) {
        throw networkError(error, access.server, signal)
      }
    },
    close: async () => {
      closed = true
      const { calls, watches } = open ?? {}
      open = undefined
      await Promise.all([calls?.destroy(), watches?.destroy(), ...closing])
    },
  }
}

function dispatcher(access: Access, tls: TlsMaterial, kind: Exchange['kind']): Dispatcher {
  const limits = {
    headersTimeout: headersTimeoutMs,
    // undici's default of 300 s would kill a quiet watch
    bodyTimeout: kind === 'watch' ? 0 : headersTimeoutMs,
    keepAliveTimeout: 30_000,
    allowH2: false,
    ...(kind === 'call' && { connections: callConnections }),
  }
  if (access.proxyUrl?.startsWith('socks')) throw new KubeError('not-configured', `a SOCKS proxy (${access.proxyUrl}) is not supported; use an HTTP proxy`)
  if (access.proxyUrl) return new ProxyAgent({ ...limits, uri: access.proxyUrl, requestTls: { ...tls, timeout: connectTimeoutMs } })
  return new Agent({ ...limits, connect: { ...tls, timeout: connectTimeoutMs, keepAlive: true, keepAliveInitialDelay: 30_000 } })
}

/** undici's and the socket's errors in our words. A TLS name or CA problem is `unreachable` too, with its text. */
export function networkError(error: unknown, server: string, signal?: AbortSignal): KubeError {
  if (error instanceof KubeError) return error
  if (signal?.aborted) return signal.reason instanceof KubeError ? signal.reason : aborted(signal)
  const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: undefined, message: String(error) }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : ''
  const words = [code && !message.includes(code) ? code : '', message, cause].filter(Boolean).join(': ')
  const timedOut = code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT' || code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT'
  return new KubeError(timedOut ? 'timeout' : 'unreachable', `${server}: ${words || 'no connection'}`, { cause: error })
}
