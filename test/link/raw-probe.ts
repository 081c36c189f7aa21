import { generateKeyPairSync } from 'node:crypto'
import type { WebSocket } from 'ws'
import { parseAddress } from '../../agent/address.ts'
import { dial } from '../../agent/dial.ts'
import type { Identity } from '../../agent/session.ts'
import type { Expected } from '../../controller/link/sessions.ts'
import { decodeFrame, encodeFrame } from '../../proto/codec.ts'
import type { Frame, Frames, Hello, Kind } from '../../proto/frames.ts'
import { goodbyeOfClose } from '../../proto/goodbye.ts'
import { signClaim } from '../../proto/proof.ts'

export function newIdentity(): Identity & { readonly keyText: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const keyText = publicKey.export({ format: 'jwk' }).x!
  return { privateKey, key: Buffer.from(keyText, 'base64url'), version: 'test', keyText }
}

/** A connection of a probe that says whatever a test wants, frame by frame. */
export class RawProbe {
  readonly connection: Uint8Array
  /** what the close code says */
  readonly closed: Promise<string | undefined>
  /** every message sent */
  readonly sent: Uint8Array[] = []
  readonly #socket: WebSocket
  readonly #come: Frame[] = []
  #look: () => void = () => undefined

  static async dial(address: string, pins: readonly string[]): Promise<RawProbe> {
    const dialled = await dial(parseAddress(address)!, pins, AbortSignal.timeout(10_000))
    return new RawProbe(dialled.socket, dialled.connection)
  }

  constructor(socket: WebSocket, connection: Uint8Array) {
    this.#socket = socket
    this.connection = connection
    socket.on('message', (data: Buffer) => {
      this.#come.push(decodeFrame(data)!)
      this.#look()
    })
    this.closed = new Promise(resolve => socket.once('close', code => resolve(goodbyeOfClose(code))))
  }

  sendBytes(bytes: Uint8Array | string): void {
    if (typeof bytes !== 'string') this.sent.push(bytes)
    this.#socket.send(bytes)
  }

  send<K extends Kind>(kind: K, body: Frames[K]): void {
    this.sendBytes(encodeFrame(kind, body))
  }

  /** The next frame of that kind; those of other kinds before it are passed over. */
  async next<K extends Kind>(kind: K): Promise<Frames[K]> {
    for (;;) {
      const found = this.#come.findIndex(frame => frame.kind === kind)
      if (found >= 0) return this.#come.splice(0, found + 1).at(-1)!.body as Frames[K]
      await new Promise<void>((resolve, reject) => {
        this.#look = resolve
        void this.closed.then(code => reject(new Error(`closed with ${code} before a ${kind}`)))
      })
    }
  }

  /** How the session ends, as the controller's goodbye says it. */
  async goodbye(): Promise<Frames['goodbye']> {
    const said = await this.next('goodbye')
    expectSame(said.code, await this.closed)
    return said
  }

  hello(expected: Expected, identity: Identity, other: Partial<Hello> = {}): void {
    this.send('hello', { minVersion: 1, maxVersion: 1, ...expected, key: identity.key, build: identity.version, facts: [{ id: 'ip-rules', version: 1 }], ...other })
  }

  /** Hello and proof; resolves with the welcome. */
  async open(expected: Expected, identity: Identity): Promise<Frames['welcome']> {
    this.hello(expected, identity)
    await this.next('challenge')
    this.prove(expected, identity)
    return this.next('welcome')
  }

  prove(expected: Expected, identity: Identity, connection = this.connection): void {
    this.send('proof', { signature: signClaim({ ...expected, connection }, identity.privateKey) })
  }

  close(): void {
    this.#socket.terminate()
  }
}

function expectSame(said: string, closed: string | undefined): void {
  if (said !== closed) throw new Error(`the goodbye says ${said}, the close code ${closed}`)
}
