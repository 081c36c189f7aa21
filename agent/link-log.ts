import type { Frames, LogLevel } from '#proto/frames.ts'
import { limits } from '#proto/limits.ts'
import type { Log } from './run/log.ts'

type Line = Frames['log']

/**
 * The probe's log. It goes over the link; without one the last `kept` lines wait for it. Debug lines do not travel: what ran does so anyway, as records.
 */
export class LinkLog implements Log {
  #waiting: Line[] = []
  #send: ((line: Line) => void) | undefined

  debug(): void {}

  info(fields: object, message: string): void {
    this.#write('info', fields, message)
  }

  warn(fields: object, message: string): void {
    this.#write('warn', fields, message)
  }

  error(fields: object, message: string): void {
    this.#write('error', fields, message)
  }

  attach(send: (line: Line) => void): void {
    this.#send = send
    for (const line of this.#waiting.splice(0)) send(line)
  }

  detach(): void {
    this.#send = undefined
  }

  #write(level: LogLevel, fields: object, message: string): void {
    const line = { at: Date.now(), level, message, fields: plain(fields) }
    if (this.#send) return this.#send(line)
    this.#waiting.push(line)
    if (this.#waiting.length > kept) this.#waiting.shift()
  }
}

const kept = 100

/** Errors become data; fields too long to travel are cut whole. */
function plain(fields: object): Record<string, unknown> {
  const written = JSON.stringify(fields, (_, value: unknown) => (value instanceof Error ? { message: value.message, stack: value.stack } : value))
  return written.length > limits.messageBytes ? { cut: `${written.length} characters of fields` } : (JSON.parse(written) as Record<string, unknown>)
}
