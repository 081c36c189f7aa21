import type { KeyObject } from 'node:crypto'
import { Channel, type Ending } from '#proto/channel.ts'
import type { Frame, Frames } from '#proto/frames.ts'
import { type Goodbye, ProtocolError } from '#proto/goodbye.ts'
import { waits } from '#proto/limits.ts'
import { signClaim } from '#proto/proof.ts'
import { spoken } from '#proto/version.ts'
import { Asks } from './asks.ts'
import type { Captures } from './captures/capture.ts'
import { readCost } from './cost.ts'
import type { Dialled } from './dial.ts'
import type { Environment } from './environment.ts'
import type { Lease } from './lease.ts'
import type { LinkLog } from './link-log.ts'
import type { Observer } from './observer.ts'
import { Streams } from './streams.ts'

/** Who the probe is: an Ed25519 key of this process, its raw public half, and the release it was built from. */
export interface Identity {
  readonly privateKey: KeyObject
  readonly key: Uint8Array
  readonly version: string
}

export interface SessionOptions {
  readonly dialled: Dialled
  readonly identity: Identity
  readonly environment: Environment
  readonly facts: readonly { readonly id: string; readonly version: number }[]
  readonly observer: Observer
  /** absent: this probe cannot capture */
  readonly captures?: Captures
  readonly lease: Lease
  readonly log: LinkLog
  /** Unix ms with fractions, for the controller's estimate of this machine's clock */
  readonly now: () => number
  /** the controller's keys, current and next, as it announces them */
  readonly onPins: (pins: readonly string[]) => void
  /** nothing is owed any more */
  readonly onAnswered?: () => void
}

/** One session with a controller, from hello to goodbye. */
export class Session {
  /** resolves when the session is over; never rejects */
  readonly ended: Promise<Ending>
  welcomed = false
  readonly #options: SessionOptions
  readonly #channel: Channel
  readonly #asks: Asks
  readonly #streams: Streams
  /** the longest this side waits for the next frame */
  #silence: NodeJS.Timeout

  constructor(options: SessionOptions) {
    this.#options = options
    const { promise, resolve } = Promise.withResolvers<Ending>()
    this.ended = promise
    this.#channel = new Channel(options.dialled.socket, 'probe', {
      onFrame: frame => this.#take(frame),
      onEnd: ending => {
        this.#close()
        resolve(ending)
      },
    })
    this.#asks = new Asks(options.observer, this.#channel, options.log, options.onAnswered)
    this.#streams = new Streams(options.captures, this.#channel)
    this.#silence = setTimeout(() => this.#channel.abandon(`the controller was not heard for ${waits.openingMs} ms`), waits.openingMs)
    this.#sayHello()
  }

  /** Safe twice. */
  goodbye(code: Goodbye, message: string): void {
    this.#channel.goodbye(code, message)
  }

  #sayHello(): void {
    const { environment, identity, facts } = this.#options
    const { session, pod, podUid, container } = environment
    const catalogue = facts.map(({ id, version }) => ({ id, version }))
    this.#channel.send('hello', { minVersion: spoken.min, maxVersion: spoken.max, session, pod, podUid, container, key: identity.key, build: identity.version, facts: catalogue })
  }

  #take(frame: Frame): void {
    this.#silence.refresh()
    switch (frame.kind) {
      case 'challenge': return this.#prove(frame.body)
      case 'welcome': return this.#enter(frame.body)
      case 'ask': {
        this.#options.lease.use()
        return this.#asks.begin(frame.body)
      }
      case 'cancel': return this.#asks.cancel(frame.body.ask)
      case 'ping': return this.#answer(frame.body)
      case 'lease': return this.#options.lease.renew(frame.body)
      case 'successor': return this.#options.onPins(frame.body.pins)
      case 'streamOpen': {
        this.#options.lease.use()
        return this.#streams.open(frame.body)
      }
      case 'streamWindow': return this.#streams.grant(frame.body)
      case 'streamClose': return this.#streams.close(frame.body.stream)
    }
  }

  #prove({ version }: Frames['challenge']): void {
    const { dialled, environment, identity } = this.#options
    if (version < spoken.min || version > spoken.max) throw new ProtocolError('no-common-version', `protocol ${version}; this probe speaks ${spoken.min} to ${spoken.max}`)
    this.#channel.send('proof', { signature: signClaim({ ...environment, connection: dialled.connection }, identity.privateKey) })
  }

  #enter({ lease, pins, pingEveryMs }: Frames['welcome']): void {
    this.welcomed = true
    this.#options.lease.renew(lease)
    this.#options.onPins(pins)
    clearTimeout(this.#silence)
    const silentMs = Math.max(pingEveryMs, 100) * waits.silentPings
    this.#silence = setTimeout(() => this.#channel.abandon(`the controller was not heard for ${silentMs} ms`), silentMs)
    this.#channel.send('cost', readCost())
    this.#options.log.attach(line => this.#channel.send('log', line))
  }

  #answer({ id }: Frames['ping']): void {
    const receivedAt = this.#options.now()
    // a pong says that what captures had written by then has been sent: it is read first
    setImmediate(() => this.#channel.send('pong', { id, receivedAt, sentAt: this.#options.now() }))
    this.#channel.send('cost', readCost())
  }

  #close(): void {
    clearTimeout(this.#silence)
    this.#options.log.detach()
    this.#asks.cancelAll()
    this.#streams.closeAll()
  }
}
