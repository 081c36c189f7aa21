import { type ChildProcess, spawn } from 'node:child_process'
import type { Params } from '#facts/fact.ts'
import { type CaptureCounters, countersIn } from './counters.ts'
import { RecordCutter } from './records.ts'
import { captureArguments, type CaptureRequest, type captures, checkArguments, readRequest } from './request.ts'
import { RingMemory } from './ring.ts'

export interface CaptureEvents {
  /** first when it listens, without any; `records` are whole */
  onRecords(records: Buffer, count: number): void
  onCounters(counters: CaptureCounters): void
  /** once, last */
  onEnd(code: 'over' | 'refused' | 'failed', message: string): void
}

/**
 * The live captures of a probe, one tcpdump each, apart from what facts run: at most 16 at once, no shell, no environment but PATH, nothing read from
 * outside but what `readRequest` lets through. Each ends at its limits, and when it is told to.
 */
export class Captures {
  readonly rings = new RingMemory()
  readonly #path: string
  #open = 0

  constructor(path: string) {
    this.#path = path
  }

  /** Begins a capture. What is wrong with it is told by `onEnd`. Gives what ends it: safe twice, and packets captured by then are still told. */
  begin(params: Params, events: CaptureEvents, capture: (typeof captures)[number] = 'packets'): () => void {
    let child: ChildProcess | undefined
    let stopped = 'it was ended'
    let over = false
    const start = (args: readonly string[]): ChildProcess => spawn('tcpdump', args, { env: { PATH: this.#path, LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'pipe'] })
    const stop = (why: string): void => {
      if (!over) stopped = why
      over = true
      child?.kill('SIGTERM')
      const running = child
      setTimeout(() => running?.kill('SIGKILL'), killMs).unref()
    }
    const run = async (): Promise<void> => {
      if (this.#open > maxCaptures) return events.onEnd('refused', `${maxCaptures} captures are under way in this pod`)
      const request = readRequest(params, capture)
      child = start(checkArguments(request))
      const wrong = await endOf(child, () => {})
      if (over) return events.onEnd('over', stopped)
      if (wrong !== undefined) return events.onEnd('refused', wrong)
      child = start(captureArguments(request))
      const failure = await this.#follow(child, request, events, stop)
      events.onEnd(over || failure === undefined ? 'over' : 'failed', over ? stopped : failure ?? `${request.packets} packets are captured`)
    }
    this.#open += 1
    run().catch(error => events.onEnd(error instanceof RangeError ? 'refused' : 'failed', String(error.message))).finally(() => { this.#open -= 1 })
    return () => stop('it was ended')
  }

  async #follow(child: ChildProcess, request: CaptureRequest, events: CaptureEvents, stop: (why: string) => void): Promise<string | undefined> {
    const cutter = new RecordCutter()
    const timers = [setTimeout(() => stop(`${request.seconds} s are over`), request.seconds * 1000)]
    let left = request.bytes
    child.stdout!.on('data', (chunk: Buffer) => {
      const cut = cutter.add(chunk)
      if (!cut) return
      // before it listens the signal would end it
      if (timers.length === 1) timers.push(setInterval(() => child.kill('SIGUSR1'), countersEveryMs))
      left -= cut.records.length
      events.onRecords(cut.records, cut.count)
      if (left <= 0) stop(`${request.bytes} bytes are captured`)
    })
    const failure = await endOf(child, counters => events.onCounters(counters))
    for (const timer of timers) clearTimeout(timer)
    return failure
  }
}

/** Resolves when the process has ended and all it wrote was read: with why it failed, or undefined. */
function endOf(child: ChildProcess, onCounters: (counters: CaptureCounters) => void): Promise<string | undefined> {
  let said = ''
  child.stdout!.resume()
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-keptChars)
    const counters = countersIn(said)
    if (!counters) return
    said = ''
    onCounters(counters)
  })
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  child.on('error', error => resolve(`tcpdump could not be started: ${error.message}`))
  child.on('close', (code, signal) => resolve(code === 0 ? undefined : (code !== null && complaintIn(said)) || `tcpdump ended with ${code ?? signal}`))
  return promise
}

function complaintIn(said: string): string {
  return said.replaceAll(/tcpdump: (?:(?:data link type|listening on) .*\n)?/g, '').trim()
}

const maxCaptures = 16
const countersEveryMs = 1000
const killMs = 1000
const keptChars = 4096
