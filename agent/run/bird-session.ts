import { connect, type Socket } from 'node:net'
import { FactError } from '#facts/fact.ts'
import { knowsIsoLong } from './bird-commands.ts'
import { BirdReplyReader } from './bird-reply-reader.ts'

/** How long and how much BIRD is given, as bird.md §10 says. */
export interface BirdLimits {
  readonly connectMs: number
  readonly welcomeMs: number
  readonly replyMs: number
  readonly maxReplyBytes: number
  readonly maxLineBytes: number
}

export const birdLimits: BirdLimits = { connectMs: 1000, welcomeMs: 2000, replyMs: 5000, maxReplyBytes: 1 << 20, maxLineBytes: 64 * 1024 }

export interface BirdReply {
  /** all bytes from the first line to the final one */
  readonly text: string
  /** of the final line; ≥ 8000 is an error */
  readonly code: number
}

/**
 * One connection to BIRD's control socket (grammar: BIRD's nest/cli.c). It is restricted to looking before anything is asked, is read
 * at once and to the final line of every reply, is never half-closed, and is closed where a limit is hit: BIRD 3 keeps a reply that
 * nobody reads in its memory and cannot reconfigure meanwhile.
 */
export class BirdSession {
  readonly welcome: string
  /** as the welcome line says it: `3.1.4` */
  readonly version: string
  readonly #socket: Socket
  readonly #reader: BirdReplyReader

  private constructor(socket: Socket, reader: BirdReplyReader, welcome: string) {
    this.#socket = socket
    this.#reader = reader
    this.welcome = welcome
    this.version = /^0001 BIRD (\S+) ready\./.exec(welcome)?.[1] ?? 'unknown'
  }

  /**
   * @throws {Error} with the errno name as `code` when it cannot connect
   * @throws {FactError} `timeout` without a welcome, `refused` when BIRD does not confirm `restrict`
   */
  static async open(path: string, limits: BirdLimits): Promise<BirdSession> {
    const socket = await connected(path, limits.connectMs)
    const reader = new BirdReplyReader(socket, limits)
    try {
      const welcome = await reader.next(limits.welcomeMs, 'BIRD accepted the connection but said nothing: it hangs')
      if (welcome.code !== 1) throw new FactError('unreadable', `${path} does not speak like BIRD: ${welcome.text.trim()}`)
      const session = new BirdSession(socket, reader, welcome.text)
      await session.#restrict(limits.replyMs)
      return session
    } catch (error) {
      socket.destroy()
      throw error
    }
  }

  get open(): boolean {
    return !this.#socket.destroyed && this.#socket.writable
  }

  /** @throws {FactError} `timeout`, `too-long`, or `failed` when BIRD hung up; the session is closed then */
  async ask(command: string, timeoutMs: number, maxBytes: number): Promise<BirdReply> {
    this.#socket.write(`${command}\n`)
    return this.#reader.next(timeoutMs, 'BIRD did not answer: it hangs', maxBytes)
  }

  close(): void {
    this.#socket.destroy()
  }

  async #restrict(timeoutMs: number): Promise<void> {
    const { code, text } = await this.ask('restrict', timeoutMs, 4096)
    if (code !== accessRestricted) throw new FactError('refused', `BIRD did not confirm restrict, so it is not asked anything: ${text.trim()}`)
    // what an odd build answers to this does not matter
    if (knowsIsoLong(this.version)) await this.ask('timeformat iso long us', timeoutMs, 4096)
  }
}

const accessRestricted = 16

/** A line of waiting clients that is full (EAGAIN) may be a moment's matter: tried again until the time is up. */
async function connected(path: string, timeoutMs: number): Promise<Socket> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new FactError('timeout', `BIRD did not accept a connection at ${path} within ${timeoutMs} ms: it hangs`)), timeoutMs)
  const until = performance.now() + timeoutMs
  try {
    for (;;) {
      try {
        return await connectOnce(path, late)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || performance.now() + retryMs > until) throw error
        await new Promise(resolve => setTimeout(resolve, retryMs))
      }
    }
  } finally {
    clearTimeout(timer)
  }
}

const retryMs = 50

async function connectOnce(path: string, late: Promise<never>): Promise<Socket> {
  const socket = connect(path)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.once('connect', resolve)
  socket.on('error', reject)
  try {
    await Promise.race([promise, late])
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}
