import type { KeyObject } from 'node:crypto'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { WebSocket } from 'ws'
import type { Socket } from '#proto/channel.ts'
import { limits, waits } from '#proto/limits.ts'
import { exporter, pinOf } from '#proto/proof.ts'
import type { Address } from './address.ts'

export interface Dialled<S extends Socket = Socket> {
  readonly socket: S
  /** what only the two ends of this connection know */
  readonly connection: Uint8Array
}

/**
 * Connects to a controller that holds a pinned key; to anyone else not a byte is said.
 * @throws {Error} saying what was tried and what came back, within waits.connectMs
 */
export async function dial(address: Address, pins: readonly string[], signal: AbortSignal): Promise<Dialled<WebSocket>> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(waits.connectMs)])
  const at = `${address.host}:${address.port}`
  const tls = connect({ ...address, ...tlsOptions })
  try {
    await once(tls, 'secureConnect', until, at)
    const pin = pinOf(keyOf(tls))
    if (!pins.includes(pin)) throw new Error(`${at} holds the key ${pin}, which is not pinned`)
    const socket = new WebSocket('ws://controller/probe/v1', { createConnection: () => tls, perMessageDeflate: false, maxPayload: limits.frameBytes, followRedirects: false, generateMask: noMask })
    await once(socket, 'open', until, at)
    return { socket, connection: tls.exportKeyingMaterial(exporter.bytes, exporter.label, exporter.context) }
  } catch (error) {
    tls.destroy()
    throw error
  }
}

// who the controller is, is told by its key alone: no certificate authority, no name, no date
const tlsOptions: ConnectionOptions = { minVersion: 'TLSv1.3', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] }

/** Masks keep a page's bytes from looking like another protocol to proxies on the way; within TLS nobody on the way sees them, and a mask of zeros costs no copy. */
function noMask(): void {}

function keyOf(tls: TLSSocket): KeyObject {
  const certificate = tls.getPeerX509Certificate()
  if (!certificate) throw new Error('the controller showed no certificate')
  return certificate.publicKey
}

function once(emitter: TLSSocket | WebSocket, event: 'secureConnect' | 'open', until: AbortSignal, at: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const gaveUp = (): void => reject(new Error(`${at}: no ${event} within ${waits.connectMs} ms`, { cause: until.reason }))
    until.addEventListener('abort', gaveUp, { once: true })
    // stays for good: an error without a listener would end the process
    ;(emitter as TLSSocket).on('error', error => reject(new Error(`${at}: ${error.message}`, { cause: error })))
    ;(emitter as TLSSocket).once(event as 'secureConnect', () => {
      until.removeEventListener('abort', gaveUp)
      resolve()
    })
  })
}
