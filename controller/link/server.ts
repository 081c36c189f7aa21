import type { IncomingMessage } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket as NetSocket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { type WebSocket, WebSocketServer } from 'ws'
import { createClock } from '#proto/clock.ts'
import type { LeaseTerms } from '#proto/frames.ts'
import { limits, waits } from '#proto/limits.ts'
import { exporter } from '#proto/proof.ts'
import type { Log } from '../log.ts'
import { Handshake } from './handshake.ts'
import type { LinkKeys } from './keys.ts'
import { Refusal } from './refusal.ts'
import type { ProbeRegistry } from './registry.ts'

export interface LinkServerOptions {
  readonly keys: LinkKeys
  readonly registry: ProbeRegistry
  readonly host: string
  /** 0: any */
  readonly port: number
  /** a Unix socket instead of host and port */
  readonly path?: string
  readonly log: Log
  /** what probes may live by; default: an hour unheard, 30 days at most, both renewed while they are connected */
  readonly lease?: LeaseTerms
  readonly pingEveryMs?: number
  /** connections that have not proved anything yet; default 2048 */
  readonly maxStrangers?: number
}

/** Where probes connect: TLS 1.3 with the link's own key, one WebSocket each. */
export class LinkServer {
  readonly #options: LinkServerOptions
  readonly #https: Server
  readonly #sockets: WebSocketServer
  readonly #connections = new Set<NetSocket>()
  readonly #now = createClock()
  #strangers = 0

  /** Listens when resolved. Rejects with the system's error: the address is taken, or not ours. */
  static async listen(options: LinkServerOptions): Promise<LinkServer> {
    const server = new LinkServer(options)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    // the WebSocket server hands on what its HTTPS server says, and throws where nobody listens
    server.#sockets.once('error', reject)
    server.#https.listen(options.path === undefined ? { port: options.port, host: options.host } : { path: options.path }, resolve)
    await promise
    server.#sockets.off('error', reject).on('error', err => options.log.error({ err }, 'link server failed'))
    return server
  }

  private constructor(options: LinkServerOptions) {
    this.#options = options
    this.#https = createServer({ ...options.keys.identity, minVersion: 'TLSv1.3', ALPNProtocols: ['http/1.1'], handshakeTimeout: waits.connectMs, headersTimeout: waits.connectMs, requestTimeout: waits.connectMs, keepAliveTimeout: 1 }, (_, response) => {
      response.writeHead(426, { connection: 'close' }).end()
    })
    this.#https.on('connection', socket => {
      this.#connections.add(socket)
      socket.on('close', () => this.#connections.delete(socket))
    })
    this.#https.on('tlsClientError', error => options.log.debug({ err: error }, 'tls handshake failed'))
    this.#sockets = new WebSocketServer({ server: this.#https, path: '/probe/v1', perMessageDeflate: false, maxPayload: limits.frameBytes, clientTracking: false })
    this.#sockets.on('connection', (socket, request) => this.#meet(socket, request))
  }

  get address(): { readonly host: string; readonly port: number } {
    const { address, port } = this.#https.address() as AddressInfo
    return { host: address, port }
  }

  /** The next key comes into use: for new connections at once, announced on those there are. */
  rotateKeys(): void {
    const { keys, registry, log } = this.#options
    keys.rotate()
    this.#https.setSecureContext({ ...keys.identity, minVersion: 'TLSv1.3' })
    for (const link of registry.probes()) link.announce(keys.pins)
    log.info({ pins: keys.pins }, 'link key rotated')
  }

  /** Probes are told to come again, to whoever listens then. Safe twice. */
  async close(): Promise<void> {
    for (const link of this.#options.registry.probes()) link.goodbye('leaving', 'the controller ends')
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#https.close(() => resolve())
    this.#sockets.close()
    const cut = setTimeout(() => { for (const socket of this.#connections) socket.destroy() }, waits.closeMs)
    await promise
    clearTimeout(cut)
  }

  #meet(socket: WebSocket, request: IncomingMessage): void {
    const { registry, keys, log, lease = defaultLease, pingEveryMs = waits.pingEveryMs, maxStrangers = 2048 } = this.#options
    const tls = request.socket as TLSSocket
    const from = tls.remoteAddress ?? 'unknown'
    let received = 0
    const count = (chunk: Buffer): void => {
      received += chunk.length
      if (received > limits.openingBytes) handshake.refuse(new Refusal('too-large', 'too-large', `more than ${limits.openingBytes} bytes before a proof`))
    }
    const known = (): void => {
      tls.off('data', count)
      this.#strangers -= 1
    }
    const handshake = new Handshake({
      socket,
      connection: tls.exportKeyingMaterial(exporter.bytes, exporter.label, exporter.context),
      sessions: registry.sessions,
      lease,
      pingEveryMs,
      log,
      now: this.#now,
      pins: () => keys.pins,
      onWelcome: link => {
        known()
        log.info({ pod: link.pod, container: link.container, from, version: link.version }, 'probe welcomed')
        registry.enter(link)
      },
      onRefused: (reason, message) => {
        known()
        log.warn({ from, reason, said: message }, 'probe refused')
        registry.refuse({ reason, message, from })
      },
    })
    this.#strangers += 1
    if (this.#strangers > maxStrangers) handshake.refuse(new Refusal('crowded', 'not-yet', 'too many connect at once'))
    // before the WebSocket's own listener: what is too much is not looked at
    tls.prependListener('data', count)
  }
}

const defaultLease = { idleMs: 3_600_000, endMs: 30 * 86_400_000 }
