import { once } from 'node:events'
import { createServer } from 'node:http'
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
    const say = (status: number, text: string, type = 'text/plain; charset=utf-8'): void => void response.writeHead(status, { 'content-type': type }).end(text)
    const path = (request.url ?? '').split('?')[0]
    if (request.method !== 'GET' && request.method !== 'HEAD') return say(405, 'only GET\n')
    if (path === '/healthz') return say(200, 'ok\n')
    if (path === '/readyz') {
      const problems = sources.problems()
      return say(problems.length === 0 ? 200 : 503, `${problems.join('\n') || 'ok'}\n`)
    }
    if (path === '/metrics' && sources.metrics) {
      sources.metrics(request.headers.accept ?? '').then(({ type, text }) => say(200, text, type), (error: unknown) => say(500, `${error instanceof Error ? error.message : String(error)}\n`))
      return
    }
    say(404, 'there are /healthz, /readyz and /metrics\n')
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
