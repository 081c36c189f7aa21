import { EventEmitter } from 'node:events'
import { writeSync } from 'node:fs'
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

  /** Waits for who reads it; a pipe may take less than all. */
  #write(text: string): void {
    const bytes = Buffer.from(text)
    for (let done = 0; done < bytes.length; ) done += writeSync(1, bytes, done)
  }
}
