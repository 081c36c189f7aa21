import type { IncomingMessage, Server } from 'node:http'
import { createInterface } from 'node:readline'
import type { Duplex, Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import { type ProblemCode, problems } from './problems.ts'

/** The protocol a browser asks for, which cannot send a header: beside it `bearer.<token in base64url>`. */
const protocol = 'trenchscope.v1'
const mostBufferedBytes = 1 << 20

/**
 * Every stream of events over WebSocket, too: the same path, the same rights, the same events, one a message. The request goes through the server like any other; only its lines are sent another way.
 * What a reader does not take is not read for him. One for whom nothing waits, and who answers no ping for two heartbeats, is gone.
 */
export class Sockets {
  readonly #server: FastifyInstance
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: 1024, handleProtocols: () => protocol })
  readonly #heartbeatMs: number

  constructor(server: FastifyInstance, { heartbeatMs }: { readonly heartbeatMs: number }) {
    this.#server = server
    this.#heartbeatMs = heartbeatMs
    const listener = server.server as unknown as Server
    listener.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head).catch(() => socket.destroy()))
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#sockets.close()
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const left = new AbortController()
    const leave = () => left.abort()
    socket.on('error', leave).once('close', leave)
    const given = request.headers['trenchscope-authorization']
    const authorization = (typeof given === 'string' ? given : request.headers.authorization) ?? tokenOf(request.headers['sec-websocket-protocol'])
    const answer = await this.#server.inject({
      method: 'GET', url: request.url ?? '/', headers: { ...(authorization !== undefined && { authorization }) }, remoteAddress: request.socket.remoteAddress ?? '', payloadAsStream: true, signal: left.signal,
    })
    if (answer.statusCode !== 200) return refuse(socket, answer.statusCode, String(answer.headers['retry-after'] ?? ''), await textOf(answer.stream()))
    if (!String(answer.headers['content-type']).startsWith('application/x-ndjson')) {
      left.abort()
      return refuse(socket, 400, '', problemText('invalid-request', `GET ${request.url?.slice(0, 200)} is no stream of events`))
    }
    this.#sockets.handleUpgrade(request, socket, head, client => void this.#send(client, answer.stream(), leave))
  }

  async #send(client: WebSocket, events: Readable, leave: () => void): Promise<void> {
    let missed = 0
    const beat = setInterval(() => {
      if (client.bufferedAmount > 0) return
      if (missed++ < 2) client.ping()
      else client.terminate()
    }, this.#heartbeatMs)
    client.on('pong', () => void (missed = 0)).on('error', () => client.terminate()).once('close', () => {
      clearInterval(beat)
      leave()
    })
    try {
      for await (const line of createInterface({ input: events, crlfDelay: Infinity })) {
        if (client.readyState !== client.OPEN) break
        const sent = Promise.withResolvers<void>()
        client.send(line, () => sent.resolve())
        if (client.bufferedAmount > mostBufferedBytes) await sent.promise
      }
      client.close(1000)
    } catch {
      client.close(1011, 'the stream broke off')
    }
  }
}

function tokenOf(protocols: string | undefined): string | undefined {
  const offered = protocols?.split(',').map(name => name.trim()).find(name => name.startsWith('bearer.'))
  return offered === undefined ? undefined : `Bearer ${Buffer.from(offered.slice('bearer.'.length), 'base64url').toString()}`
}

function refuse(socket: Duplex, status: number, retryAfter: string, body: string): void {
  const head = [`HTTP/1.1 ${status} Refused`, 'content-type: application/problem+json', `content-length: ${Buffer.byteLength(body)}`, ...(retryAfter === '' ? [] : [`retry-after: ${retryAfter}`]), 'connection: close']
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function problemText(code: ProblemCode, detail: string): string {
  return JSON.stringify({ type: `urn:trenchscope:problem:${code}`, ...problems[code], code, detail })
}

async function textOf(stream: Readable): Promise<string> {
  return Buffer.concat(await stream.toArray()).toString()
}
