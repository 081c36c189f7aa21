import { EventEmitter } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Socket } from '#proto/channel.ts'
import { LineReader } from '#proto/log-lines.ts'

export { noConnection } from '#proto/proof.ts'

/** Follows a container's log from its first line on, as far as it is kept. Rejects, or breaks off, with the reason. */
export type FollowLog = (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>

/**
 * The controller's end of a session that has no connection (PROTOCOL.md, Through the log): the probe is heard through the log of its container and knows by its plan what is said to it.
 * A frame is handed on only when what it answers has been said. A log that ends, or has a gap, is read again; after `fruitless` readings that bring nothing the session is lost.
 */
export class LogSocket extends EventEmitter implements Socket {
  readonly bufferedAmount = 0
  readonly #reader = new LineReader()
  readonly #closing = new AbortController()
  #said = 0
  #heard = 0
  #onSaid: () => void = () => undefined

  constructor(follow: FollowLog) {
    super()
    void this.#read(follow)
  }

  send(): void {
    this.#said += 1
    this.#onSaid()
  }

  close(): void {
    this.#closing.abort()
  }

  terminate(): void {
    this.#closing.abort()
  }

  async #read(follow: FollowLog): Promise<void> {
    const { signal } = this.#closing
    let problem = ''
    for (let left = fruitless; left > 0; left--) {
      const before = this.#reader.taken
      try {
        await this.#take(await follow(signal))
        problem = 'its log ended without a goodbye'
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error)
      }
      if (signal.aborted) return
      if (this.#reader.taken > before) left = fruitless
      await delay(againMs, undefined, { signal }).catch(() => undefined)
    }
    this.emit('close', 1006, Buffer.from(problem))
  }

  async #take(log: AsyncIterable<Uint8Array>): Promise<void> {
    const text = new TextDecoder()
    let rest = ''
    for await (const chunk of log) {
      const lines = (rest + text.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop()!.slice(0, longestLine)
      for (const line of lines) {
        const frame = this.#reader.take(line)
        if (frame) await this.#handOn(frame)
        if (this.#closing.signal.aborted) return
      }
    }
  }

  /** The probe says hello unasked, its proof after the challenge, all else after the welcome. */
  async #handOn(frame: Buffer): Promise<void> {
    const due = Math.min(this.#heard++, 2)
    while (this.#said < due && !this.#closing.signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#onSaid = resolve
      this.#closing.signal.addEventListener('abort', () => resolve(), { once: true })
      await promise
    }
    this.emit('message', frame, true)
  }
}

/** readings of a log, one after the other, that brought no new line */
const fruitless = 3
const againMs = 500
/** ours are shorter than 16 KiB */
const longestLine = 16 << 10
