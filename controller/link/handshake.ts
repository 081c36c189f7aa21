import { Channel, type Ending, type Socket } from '#proto/channel.ts'
import type { Frame, Hello, LeaseTerms } from '#proto/frames.ts'
import { waits } from '#proto/limits.ts'
import { commonVersion, spoken } from '#proto/version.ts'
import type { Log } from '../log.ts'
import { ProbeLink } from './link.ts'
import { Refusal, type RefusalReason, refusalReasons } from './refusal.ts'
import type { Sessions } from './sessions.ts'

export interface HandshakeOptions {
  readonly socket: Socket
  /** the exporter of the TLS connection, from our end */
  readonly connection: Uint8Array
  readonly sessions: Sessions
  readonly lease: LeaseTerms
  readonly pingEveryMs: number
  readonly log: Log
  readonly now: () => number
  /** the link's keys now: in use, next */
  readonly pins: () => readonly string[]
  readonly onWelcome: (link: ProbeLink) => void
  /** once, unless the probe was welcome */
  readonly onRefused: (reason: RefusalReason, message: string) => void
}

/** A connection from the first byte to the welcome, and from there on the probe's link. */
export class Handshake {
  readonly #options: HandshakeOptions
  readonly #channel: Channel
  readonly #late: NodeJS.Timeout
  #hello: Hello | undefined
  #refusal: Refusal | undefined
  #link: ProbeLink | undefined

  constructor(options: HandshakeOptions) {
    this.#options = options
    this.#channel = new Channel(options.socket, 'controller', { onFrame: frame => this.#take(frame), onEnd: ending => this.#end(ending) })
    this.#late = setTimeout(() => this.refuse(new Refusal('late', 'silent', `no proof within ${waits.openingMs} ms`)), waits.openingMs)
  }

  refuse(refusal: Refusal): void {
    this.#refusal ??= refusal
    this.#channel.goodbye(refusal.code, refusal.message)
  }

  #take(frame: Frame): void {
    if (this.#link) return this.#link.take(frame)
    if (frame.kind === 'hello') this.#challenge(frame.body)
    if (frame.kind === 'proof') void this.#prove(this.#hello!, frame.body.signature)
  }

  #challenge(hello: Hello): void {
    try {
      const version = commonVersion({ min: hello.minVersion, max: hello.maxVersion })
      if (version === undefined) throw new Refusal('no-common-version', 'no-common-version', `protocol ${hello.minVersion} to ${hello.maxVersion}; this controller speaks ${spoken.min} to ${spoken.max}`)
      this.#options.sessions.check(hello)
      this.#hello = hello
      this.#channel.send('challenge', { version })
    } catch (error) {
      this.#fail(error)
    }
  }

  async #prove(hello: Hello, signature: Uint8Array): Promise<void> {
    try {
      const { sessions, connection, lease, pins, pingEveryMs, log, now, onWelcome } = this.#options
      await sessions.authenticate(hello, signature, connection)
      if (this.#channel.state === 'closed') return
      clearTimeout(this.#late)
      this.#channel.send('welcome', { lease, pins: pins(), pingEveryMs })
      this.#link = new ProbeLink({ hello, channel: this.#channel, lease, pingEveryMs, now, log: log.child({ pod: hello.pod, container: hello.container }) })
      onWelcome(this.#link)
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    if (!(error instanceof Refusal)) this.#options.log.error({ err: error }, 'handshake failed')
    this.refuse(error instanceof Refusal ? error : new Refusal('failed', 'failed', 'the controller failed', { cause: error }))
  }

  #end(ending: Ending): void {
    clearTimeout(this.#late)
    if (this.#link) return this.#link.over(ending)
    this.#options.onRefused(this.#refusal?.reason ?? refusalReasons.find(reason => reason === ending.code) ?? 'lost', this.#refusal?.message ?? ending.message)
  }
}
