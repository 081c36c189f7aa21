import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a kubelet and a Prometheus are told. Each answers quickly; one that throws is a 500 with its message. */
export interface HealthSources {
  /** reasons why the controller cannot be trusted to see everything; empty: ready */
  readonly problems: () => readonly string[]
  /** the exposition and its media type; absent while there is none yet */
  readonly metrics?: (accept: string) => Promise<{ readonly type: string; readonly text: string }>
}

export interface HealthPort {
  /** `http://host:port` */
  readonly url: string
  /** from now on these */
  serve(sources: HealthSources): void
  close(): Promise<void>
}

/**
 * `/healthz`, `/readyz` and `/metrics` without token and TLS, apart from the API, which may listen on loopback only: a kubelet asks the pod's address. There before anything else, so that a controller that
 * waits for its lease counts as alive. @param listen `host:port`
 */
export async function openHealthPort(listen: string, first: HealthSources): Promise<HealthPort> {
  let sources = first
  const server = createServer({ requestTimeout: 5000, headersTimeout: 5000 }, (request, response) => {
    answerOf(request, sources).catch((error: unknown) => ({ status: 500, text: `${error instanceof Error ? error.message : String(error)}\n` }))
      .then(({ status, text, type = 'text/plain; charset=utf-8' }: HealthAnswer) => response.writeHead(status, { 'content-type': type }).end(text))
  })
  const at = listen.lastIndexOf(':')
  server.listen(Number(listen.slice(at + 1)), listen.slice(0, at).replace(/^\[|\]$/g, ''))
  await once(server, 'listening')
  const { address, family, port } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    serve: next => void (sources = next),
    close: async () => {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

interface HealthAnswer { readonly status: number; readonly text: string; /** media type; default plain text */ readonly type?: string }

async function answerOf({ method, url = '', headers }: IncomingMessage, { problems, metrics }: HealthSources): Promise<HealthAnswer> {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'only GET\n' }
  const path = url.split('?')[0]
  if (path === '/healthz') return { status: 200, text: 'ok\n' }
  if (path === '/readyz') {
    const words = problems()
    return words.length === 0 ? { status: 200, text: 'ok\n' } : { status: 503, text: `${words.join('\n')}\n` }
  }
  if (path === '/metrics' && metrics) return { status: 200, ...await metrics(headers.accept ?? '') }
  return { status: 404, text: 'there are /healthz, /readyz and /metrics\n' }
}
