import { EventEmitter } from 'node:events'
import { write } from 'node:fs'
import type { Socket } from '#proto/channel.ts'
import { encodeFrame } from '#proto/codec.ts'
import { closeCodeOf } from '#proto/goodbye.ts'
import { limits } from '#proto/limits.ts'
import { inflated, toLines } from '#proto/log-lines.ts'

/** A session without a connection (PROTOCOL.md, Through the log): what the probe says goes to its standard output, what the controller would say stands in the plan and is due word by word. */
export class LogSocket extends EventEmitter implements Socket {
  readonly bufferedAmount = 0
  readonly #plan: readonly Uint8Array[]
  #heard = 0
  #lines = 1
  #bytes = 0
  #last: Promise<void> = Promise.resolve()

  constructor(plan: readonly Uint8Array[]) {
    super()
    this.#plan = plan
  }

  send(frame: Uint8Array): void {
    const lines = toLines(frame, this.#lines)
    const text = `${lines.join('\n')}\n`
    this.#bytes += text.length
    if (this.#bytes > limits.logBytes) return this.#overflow()
    this.#lines += lines.length
    this.#write(text)
    const due = this.#plan[this.#heard++]
    if (due) setImmediate(() => this.emit('message', inflated(due), true))
  }

  close(): void {}

  terminate(): void {}

  #overflow(): void {
    const message = `more than ${limits.logBytes} bytes of log`
    this.#write(`${toLines(encodeFrame('goodbye', { code: 'overloaded', message }), this.#lines)[0]}\n`)
    this.emit('close', closeCodeOf('overloaded'), Buffer.from(message))
  }

  /** Resolves when all that was said is written. */
  written(): Promise<void> {
    return this.#last
  }

  /** In order, off the event loop: a log that nobody takes must not keep the probe from reading what nfqlb and BIRD answer. */
  #write(text: string): void {
    const bytes = Buffer.from(text)
    this.#last = this.#last.then(() => written(bytes)).catch(() => undefined)
  }
}

/** A pipe may take less than all. */
async function written(bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += await new Promise<number>((resolve, reject) => write(1, bytes, done, (error, count) => (error ? reject(error) : resolve(count))))
  }
}
