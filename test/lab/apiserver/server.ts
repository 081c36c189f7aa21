import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Door } from './control.ts'
import { type Api, dispatch, type Reply } from './dispatch.ts'
import type { Call } from './faults.ts'
import { ApiError } from './status.ts'

const maxBodyBytes = 3 * 1024 * 1024

export interface DoorOptions {
  api: Api
  cert: string
  key: string
  ca: string
  hosts: readonly string[]
  /** 0: any free port, the same for all hosts */
  port: number
  /** faults and counters concern this door */
  front: boolean
}

export interface OpenDoor extends Door {
  port: number
  close(): Promise<void>
}

/** One HTTPS listener per host on one port. */
export async function openDoor(options: DoorOptions): Promise<OpenDoor> {
  const sockets = new Set<Socket>()
  let accepted = 0
  const make = (): Server => {
    const server = createServer({ cert: options.cert, key: options.key, ca: options.ca, requestCert: true, rejectUnauthorized: false, keepAliveTimeout: 60_000 })
    server.on('request', (request, response) => void serve(options.api, request, response, options.front))
    server.on('connection', (socket: Socket) => {
      accepted++
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    })
    return server
  }
  let port = options.port
  let servers: Server[] = []
  const listen = async () => {
    for (const host of options.hosts) {
      const server = make()
      server.listen(port, host)
      await once(server, 'listening')
      port = (server.address() as AddressInfo).port
      servers.push(server)
    }
  }
  const shut = async () => {
    const closing = servers.map(server => new Promise(resolve => server.close(resolve)))
    servers = []
    for (const socket of sockets) socket.destroy()
    await Promise.all(closing)
  }
  await listen()
  let closed = false
  return {
    port,
    refuse: async ms => {
      await shut()
      await delay(ms)
      if (!closed) await listen()
    },
    connections: () => ({ accepted, open: sockets.size }),
    resetCounters: () => void (accepted = 0),
    close: async () => {
      closed = true
      await shut()
    },
  }
}

async function serve(api: Api, request: IncomingMessage, response: ServerResponse, front: boolean): Promise<void> {
  const call: Call = { verb: '', group: '', version: '', resource: '', user: '', method: '', path: '', url: '', code: 0, at: Date.now() }
  response.setHeader('audit-id', randomUUID())
  response.setHeader('cache-control', 'no-cache, private')
  try {
    const reply = await dispatch(api, request, response, await readBody(request), call, front)
    call.code = reply?.code ?? (response.headersSent ? response.statusCode : 0)
    if (reply) await answer(response, reply)
  } catch (error) {
    const refusal = error instanceof ApiError ? error : new ApiError(500, 'InternalError', `Internal error occurred: ${error instanceof Error ? error.stack : String(error)}`)
    call.code = refusal.body.code
    if (response.headersSent) response.destroy()
    else await answer(response, { code: refusal.body.code, body: refusal.body, headers: refusal.headers })
  }
}

async function answer(response: ServerResponse, { code, body, stream, headers = {}, warnings = [] }: Reply): Promise<void> {
  if (warnings.length > 0) response.setHeader('warning', warnings.map(text => `299 - ${JSON.stringify(text)}`))
  if (stream) {
    response.writeHead(code, { 'content-type': 'text/plain', ...headers }).flushHeaders()
    // a client that goes ends its stream: nothing to tell anybody
    await pipeline(Readable.from(stream, { objectMode: false }), response).catch(() => response.destroy())
    return
  }
  const text = body === undefined ? '' : typeof body === 'string' ? body : `${JSON.stringify(body)}\n`
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json'
  response.writeHead(code, { ...(body !== undefined && { 'content-type': type, 'content-length': String(Buffer.byteLength(text)) }), ...headers })
  response.end(text)
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > maxBodyBytes) throw new ApiError(413, 'RequestEntityTooLarge', `limit is ${maxBodyBytes}`, {})
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}
