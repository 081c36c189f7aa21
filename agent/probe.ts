import { setTimeout as delay } from 'node:timers/promises'
import type { Ending } from '#proto/channel.ts'
import { createClock } from '#proto/clock.ts'
import type { Goodbye } from '#proto/goodbye.ts'
import { noConnection } from '#proto/proof.ts'
import type { Address } from './address.ts'
import type { Captures } from './captures/capture.ts'
import { type Dialled, dial } from './dial.ts'
import type { Environment } from './environment.ts'
import { Lease } from './lease.ts'
import type { LinkLog } from './link-log.ts'
import type { Observer } from './observer.ts'
import { type Identity, Session } from './session.ts'

export type { Identity } from './session.ts'

export interface ProbeOptions {
  readonly environment: Environment
  readonly identity: Identity
  readonly observer: Observer
  readonly captures?: Captures
  readonly facts: readonly { readonly id: string; readonly version: number }[]
  readonly log: LinkLog
  /** ends what the observer holds; awaited before the process ends */
  readonly close: (options: { podDeletion?: boolean }) => Promise<void>
}

/** The probe's life: finds a controller, holds a session with it, finds it again, until the lease, the controller or the kubelet ends it. */
export class Probe {
  readonly #options: ProbeOptions
  readonly #lease = new Lease(firstLease)
  readonly #now = createClock()
  #pins: readonly string[]
  #session: Session | undefined
  #leaving: Promise<never> | undefined

  constructor(options: ProbeOptions) {
    this.#options = options
    this.#pins = options.environment.pins
  }

  /** Runs until the process ends. */
  async run(): Promise<void> {
    const { over } = this.#lease
    over.addEventListener('abort', () => void this.leave('lease-over', String(over.reason)))
    const { controllers, plan } = this.#options.environment
    if (plan[0]) {
      const { LogSocket } = await import('./log-socket.ts')
      const socket = new LogSocket(plan)
      const { code, message } = await this.#hold({ socket, connection: noConnection }, () => void socket.written().then(() => this.leave('leaving', 'the plan is answered'))).ended
      return this.leave('failed', `${code}: ${message}`)
    }
    const first = Math.floor(Math.random() * controllers.length)
    for (let failures = 0; ; ) {
      const welcomed = await this.#meet(controllers[(first + failures) % controllers.length]!)
      failures = welcomed ? 0 : failures + 1
      await delay(pauseMs(Math.floor(failures / controllers.length)))
    }
  }

  /** Ends the process. Safe twice: the first reason counts. */
  leave(code: Goodbye, message: string, { podDeletion = false, exitCode = 0 } = {}): Promise<never> {
    this.#leaving ??= this.#leave(code, message, podDeletion, exitCode)
    return this.#leaving
  }

  /** Whether the controller there bade the probe welcome. Resolves when the session is over, or did not come about. */
  async #meet(address: Address): Promise<boolean> {
    const { log } = this.#options
    try {
      const session = this.#hold(await dial(address, this.#pins, this.#lease.over))
      const ending = await session.ended
      if (this.#leaving || isFinal(ending)) await this.leave('leaving', ending.message)
      log.warn({ controller: address.host, ...ending }, 'session ended')
      return session.welcomed
    } catch (error) {
      log.warn({ controller: address.host, err: error }, 'controller not reached')
      return false
    }
  }

  #hold(dialled: Dialled, onAnswered?: () => void): Session {
    this.#session = new Session({ ...this.#options, dialled, lease: this.#lease, now: this.#now, onPins: pins => { this.#pins = pins }, ...(onAnswered && { onAnswered }) })
    return this.#session
  }

  async #leave(code: Goodbye, message: string, podDeletion: boolean, exitCode: number): Promise<never> {
    this.#session?.goodbye(code, message)
    this.#lease.close()
    await Promise.all([this.#options.close({ podDeletion }), delay(goodbyeMs)])
    process.exit(exitCode)
  }
}

/** Until the first welcome. */
const firstLease = { idleMs: 600_000, endMs: 600_000 }

/** for the goodbye to leave the machine */
const goodbyeMs = 50

/** The controller does not want this probe again. */
function isFinal({ by, code }: Ending): boolean {
  return by === 'controller' && (code === 'killed' || code === 'session-unknown')
}

/** Before the next try: up to 0.5 s, after each round over all controllers twice as much, never above 5 s, so that the next controller has its probes soon; evenly spread, so that they do not come at once. */
function pauseMs(rounds: number): number {
  return Math.random() * Math.min(5000, 500 * 2 ** Math.min(rounds, 10))
}
