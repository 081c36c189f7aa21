import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** A line of a CRI log: `2026-01-01T00:00:00.000000000Z stdout F text`; `P` marks a part of a longer line (KEP "CRI logging"). */
export interface LogLine {
  time: string
  stream: 'stdout' | 'stderr'
  /** without a newline, unless the container never wrote one and the line is the last */
  text: Buffer
}

/** containerd splits at 16 KiB. */
const maxPartBytes = 16 * 1024

export interface LogLimits {
  /** the file is rotated when it has grown beyond this; kubelet default 10 MiB */
  maxBytes: number
  /** files kept, the current one included; kubelet default 5 */
  maxFiles: number
}

/** Writes what a container prints as a CRI log file, rotates it, and tells followers about every line. */
export class CriLog {
  readonly path: string
  readonly #limits: LogLimits
  readonly #now: () => number
  readonly #open: Record<'stdout' | 'stderr', Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }
  readonly #followers = new Set<(line: LogLine | undefined) => void>()
  #ended = false

  constructor(path: string, limits: LogLimits, now: () => number) {
    this.path = path
    this.#limits = limits
    this.#now = now
    appendFileSync(path, '')
  }

  get ended(): boolean {
    return this.#ended
  }

  write(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    let rest = Buffer.concat([this.#open[stream], chunk])
    for (let end = rest.indexOf(10); end >= 0 || rest.length > maxPartBytes; end = rest.indexOf(10)) {
      const whole = end >= 0 && end <= maxPartBytes
      const size = whole ? end : maxPartBytes
      this.#append(stream, whole ? 'F' : 'P', rest.subarray(0, size))
      rest = rest.subarray(whole ? size + 1 : size)
    }
    this.#open[stream] = rest
  }

  /** The container ended: what it left without a newline is written, followers come to their end. */
  end(): void {
    if (this.#ended) return
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.#open[stream].length > 0) this.#append(stream, 'P', this.#open[stream])
    }
    this.#ended = true
    for (const follower of this.#followers) follower(undefined)
  }

  /** `listener` gets every later line, then undefined at the end; returns the way to stop it. */
  follow(listener: (line: LogLine | undefined) => void): () => void {
    this.#followers.add(listener)
    return () => this.#followers.delete(listener)
  }

  #append(stream: 'stdout' | 'stderr', tag: 'F' | 'P', part: Buffer): void {
    const time = rfc3339Nano(this.#now())
    appendFileSync(this.path, Buffer.concat([Buffer.from(`${time} ${stream} ${tag} `), part, Buffer.from('\n')]))
    const text = tag === 'F' ? Buffer.concat([part, Buffer.from('\n')]) : part
    for (const follower of this.#followers) follower({ time, stream, text })
    if (statSync(this.path).size > this.#limits.maxBytes) this.#rotate()
  }

  #rotate(): void {
    const rotated = rotatedFiles(this.path)
    const serial = Number(rotated.at(-1)?.split('.').at(-1) ?? 0) + 1
    renameSync(this.path, `${this.path}.${String(serial).padStart(6, '0')}`)
    appendFileSync(this.path, '')
    for (const old of rotatedFiles(this.path).slice(0, -(this.#limits.maxFiles - 1) || undefined)) rmSync(old)
  }
}

/** Rotated files of a log, oldest first. */
export function rotatedFiles(path: string): string[] {
  if (!existsSync(dirname(path))) return []
  return readdirSync(dirname(path)).filter(name => name.startsWith(`${basename(path)}.`)).sort().map(name => join(dirname(path), name))
}

/** The lines of the current file, as `pods/log` shows them: parts stay apart here, but join when their texts are put together. */
export function readCriLog(path: string): LogLine[] {
  const content = readFileSync(path)
  const lines: LogLine[] = []
  for (let at = 0; at < content.length; ) {
    const end = content.indexOf(10, at)
    const line = content.subarray(at, end < 0 ? content.length : end)
    at += line.length + 1
    const [, time = '', stream = '', tag] = /^(\S+) (stdout|stderr) ([FP]) /.exec(line.subarray(0, 64).toString('latin1')) ?? []
    const part = line.subarray(time.length + stream.length + 4)
    lines.push({ time, stream: stream as LogLine['stream'], text: tag === 'F' ? Buffer.concat([part, Buffer.from('\n')]) : part })
  }
  return lines
}

/** `now` has fractions of a millisecond. */
function rfc3339Nano(now: number): string {
  const nanoseconds = String(Math.floor((now % 1) * 1_000_000)).padStart(6, '0')
  return `${new Date(now).toISOString().slice(0, -1)}${nanoseconds}Z`
}
