import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import { ProtocolError } from './goodbye.ts'
import { limits } from './limits.ts'

/**
 * A frame as lines of standard output, numbered from `first`: `~NUMBER MORE BASE64 CRC`, MORE `+` or, on a frame's last line, `.`; CRC-32 (hex) of all between. Raw deflate below the base64.
 * Lines are shorter than the 16 KiB at which a container runtime cuts them.
 */
export function toLines(frame: Uint8Array, first: number): string[] {
  const parts = deflateRawSync(frame).toString('base64').match(/.{1,12000}/g)!
  return parts.map((part, index) => {
    const body = `${first + index} ${index + 1 < parts.length ? '+' : '.'} ${part}`
    return `~${body} ${crc32(body).toString(16)}`
  })
}

/** Lines as frames again; a log that is read twice, from anywhere, gives each frame once. */
export class LineReader {
  #next = 1
  #parts: string[] = []
  #chars = 0

  /** lines taken so far */
  get taken(): number {
    return this.#next - 1
  }

  /**
   * A frame, when this line is its last. undefined: not yet, or the line is torn, known already, or none of ours.
   * @throws {ProtocolError} `malformed` when lines before it are missing (nothing is lost by reading again), or the frame is no deflate; `too-large`
   */
  take(line: string): Buffer | undefined {
    const [, body = '', digits, more, part = '', sum] = /^~((\d{1,9}) ([+.]) ([\w+/=]+)) ([0-9a-f]{1,8})$/.exec(line) ?? []
    if (sum === undefined || crc32(body) !== Number.parseInt(sum, 16) || Number(digits) < this.#next) return undefined
    if (Number(digits) > this.#next) throw new ProtocolError('malformed', `line ${this.#next} of its log is missing`)
    this.#next += 1
    this.#parts.push(part)
    this.#chars += part.length
    if (this.#chars > limits.logBytes) throw new ProtocolError('too-large', `a frame of more than ${limits.logBytes} bytes of log`)
    return more === '.' ? inflated(this.#whole()) : undefined
  }

  #whole(): Buffer {
    const whole = Buffer.from(this.#parts.join(''), 'base64')
    this.#parts = []
    this.#chars = 0
    return whole
  }
}

/** @throws {ProtocolError} */
export function inflated(bytes: Uint8Array): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: limits.frameBytes })
  } catch (error) {
    throw new ProtocolError('malformed', `not a deflated frame: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}
