import { setTimeout as delay } from 'node:timers/promises'
import type { Hello } from '#proto/frames.ts'
import { isSigned } from '#proto/proof.ts'
import type { Log } from '../log.ts'
import type { Pin, PinStore } from './pin-store.ts'
import { Refusal } from './refusal.ts'

/** A probe that was injected: what its container's environment says. */
export interface Expected {
  readonly session: string
  /** `namespace/name` */
  readonly pod: string
  readonly podUid: string
  /** name of the ephemeral container */
  readonly container: string
}

/**
 * Reads the first line a container wrote (pods/log) and the id of the container it is from. `key`: the line's, raw Ed25519, base64url.
 * Rejects with the reason when there is no such line yet, the container does not run, or the pod is another than `podUid`.
 */
export type ReadKeyLine = (pod: { readonly pod: string; readonly podUid: string }, container: string, signal: AbortSignal) => Promise<{ readonly key: string; readonly containerId: string }>

export interface SessionsOptions {
  readonly readKeyLine: ReadKeyLine
  readonly store: PinStore
  readonly log: Log
  /** false: until `settle()` an unknown session is told to come again, not to end: the controller has not yet seen which probes there are */
  readonly settled?: boolean
}

interface Known {
  readonly expected: Expected
  pin?: Pin
  /** shared by all who claim the session meanwhile */
  reading?: Promise<Pin>
  /** performance.now() of the last reading that did not fit */
  misfitAt?: number
}

/** The sessions there may be, and which process each is pinned to. */
export class Sessions {
  readonly #options: SessionsOptions
  readonly #known = new Map<string, Known>()
  #settled: boolean

  constructor(options: SessionsOptions) {
    this.#options = options
    this.#settled = options.settled ?? true
    for (const pin of options.store.load()) this.#known.set(pin.session, { expected: pin, pin })
  }

  /** Keeps the pin of a session that is known already. */
  expect(expected: Expected): void {
    const pin = this.#known.get(expected.session)?.pin
    this.#known.set(expected.session, { expected, ...(pin ? { pin } : {}) })
  }

  expected(): readonly Expected[] {
    return [...this.#known.values()].map(({ expected }) => expected)
  }

  /** Never rejects: a pin that stays on disk lets nobody in while the session is not known. */
  async forget(session: string): Promise<void> {
    this.#known.delete(session)
    await this.#options.store.drop(session).catch((err: unknown) => this.#options.log.error({ session, err }, 'pin not dropped'))
  }

  settle(): void {
    this.#settled = true
  }

  /** @throws {Refusal} for a session nobody is expected in, or for someone else's */
  check(hello: Hello): void {
    const known = this.#known.get(hello.session)
    if (!known) throw new Refusal('session-unknown', this.#settled ? 'session-unknown' : 'not-yet', 'the session is not known')
    const { pod, podUid, container } = known.expected
    if (hello.pod !== pod || hello.podUid !== podUid || hello.container !== container) throw new Refusal('identity-wrong', 'refused', 'the session belongs to another pod or container')
  }

  /**
   * Whether the process at the other end of `connection` is the one that the kubelet started for the session.
   * @throws {Refusal}
   */
  async authenticate(hello: Hello, signature: Uint8Array, connection: Uint8Array): Promise<Pin> {
    this.check(hello)
    const known = this.#known.get(hello.session)!
    if (!isSigned({ ...known.expected, connection }, signature, hello.key)) throw new Refusal('proof-wrong', 'refused', 'the signature is not of this connection, session and key')
    const key = Buffer.from(hello.key).toString('base64url')
    if (known.pin?.key === key) return known.pin
    if (known.misfitAt !== undefined && performance.now() - known.misfitAt < rereadAfterMs) throw wrongKey()
    const pin = await this.#read(known)
    if (pin.key === key) return pin
    known.misfitAt = performance.now()
    throw wrongKey()
  }

  /** Reads the key line and pins it, whoever made us look. */
  #read(known: Known): Promise<Pin> {
    known.reading ??= this.#readAgain(known).finally(() => delete known.reading)
    return known.reading
  }

  async #readAgain(known: Known): Promise<Pin> {
    const { readKeyLine, store, log } = this.#options
    const { session, pod, podUid, container } = known.expected
    const line = await untilRead(signal => readKeyLine({ pod, podUid }, container, signal)).catch(error => {
      log.warn({ pod, container, err: error }, 'key line not read')
      throw new Refusal('key-unreadable', 'not-yet', 'the key line of the container could not be read', { cause: error })
    })
    const pin = { session, pod, podUid, container, ...line }
    known.pin = pin
    await store.save(pin).catch(error => log.error({ pod, container, err: error }, 'pin not saved'))
    return pin
  }
}

function wrongKey(): Refusal {
  return new Refusal('key-wrong', 'refused', 'the key is not the one in the first line of the container')
}

/** A container that was started again has another key; between two looks a stranger's is refused without one. */
const rereadAfterMs = 30_000

const readForMs = 10_000

/** A line is readable some 15–90 ms after it was written, later on a busy node. @throws the last failure, after `readForMs` */
async function untilRead<T>(read: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(readForMs)
  const timedOut = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error(`no answer within ${readForMs} ms`))))
  timedOut.catch(() => undefined)
  for (let pauseMs = 100; ; pauseMs *= 2) {
    try {
      return await Promise.race([read(signal), timedOut])
    } catch (error) {
      if (signal.aborted) throw error
      await delay(pauseMs, undefined, { signal }).catch(() => { throw error })
    }
  }
}
