import { type ChildProcess, spawn } from 'node:child_process'
import type { Params } from '#facts/fact.ts'
import { type CaptureCounters, countersIn, withoutCounters } from './counters.ts'
import type { NfqlbTraces } from './nfqlb/session.ts'
import { RecordCutter } from './records.ts'
import { captureArguments, type CaptureRequest, type captures, checkArguments, readRequest } from './request.ts'
import { RingMemory } from './ring.ts'

export interface CaptureEvents {
  /** first when it listens, without any; `records` are whole */
  onRecords(records: Buffer, count: number): void
  /** `answeredMs`: how long tcpdump took to say them; 0: it was not asked */
  onCounters(counters: CaptureCounters & { readonly answeredMs: number }): void
  /** once, last */
  onEnd(code: 'over' | 'refused' | 'failed', message: string): void
}

/**
 * The live captures of a probe, one tcpdump each, apart from what facts run: at most 16 at once, no shell, no environment but PATH, nothing read from
 * outside but what `readRequest` lets through. Each ends at its limits, and when it is told to.
 *
 * A signal, for counters or to end, interrupts tcpdump in a write that waits for us, and what it was writing is gone: it has counted that packet as captured.
 * As long as a record fits stdio's 4096 bytes, it is a whole one that goes.
 */
export class Captures {
  readonly rings = new RingMemory()
  /** of the load balancer's own trace; absent: it cannot be traced */
  readonly nfqlb: NfqlbTraces | undefined
  readonly #path: string
  readonly #checkMs: number
  #open = 0

  /** `checkMs`: for tcpdump to compile a filter */
  constructor(path: string, { checkMs = 5000, nfqlb }: { readonly checkMs?: number; readonly nfqlb?: NfqlbTraces } = {}) {
    this.#path = path
    this.nfqlb = nfqlb
    this.#checkMs = checkMs
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
      const wrong = await this.#complaint(child = start(checkArguments(request)))
      if (over) return events.onEnd('over', stopped)
      if (wrong !== undefined) return events.onEnd('refused', wrong)
      child = start(captureArguments(request))
      const failure = await this.#follow(child, request, events, stop, () => over)
      events.onEnd(over || failure === undefined ? 'over' : 'failed', over ? stopped : failure ?? `${request.packets} packets are captured`)
    }
    this.#open += 1
    run().catch(error => events.onEnd(error instanceof RangeError ? 'refused' : 'failed', String(error.message))).finally(() => { this.#open -= 1 })
    return () => stop('it was ended')
  }

  /** What tcpdump says against a filter, or undefined. */
  async #complaint(check: ChildProcess): Promise<string | undefined> {
    let slow: string | undefined
    const late = setTimeout(() => {
      slow = `the filter is not compiled after ${this.#checkMs} ms: for names in it tcpdump asks a name server`
      check.kill('SIGKILL')
    }, this.#checkMs)
    const wrong = await endOf(check, () => {})
    clearTimeout(late)
    return slow ?? wrong
  }

  async #follow(child: ChildProcess, request: CaptureRequest, events: CaptureEvents, stop: (why: string) => void, isOver: () => boolean): Promise<string | undefined> {
    const cutter = new RecordCutter()
    const timers = [setTimeout(() => stop(`${request.seconds} s are over`), request.seconds * 1000)]
    let left = request.bytes
    let askedAt = 0
    let readAt = 0
    let isDue = false
    let torn: string | undefined
    const ask = (): void => {
      // asked while it says its last counters, it would say both at once
      if (isOver()) return
      isDue = false
      askedAt = performance.now()
      child.kill('SIGUSR1')
    }
    // best right after all it had written was read: then it waits for no one
    const askSoon = (): void => {
      if (isDue || performance.now() - readAt > quietMs) ask()
      else isDue = true
    }
    const take = (chunk: Buffer): void => {
      if (torn !== undefined) return
      const cut = cutter.add(chunk)
      if (!cut) return
      // before it listens the signal would end it
      if (timers.length === 1) timers.push(setInterval(askSoon, countersEveryMs))
      left -= cut.records.length
      events.onRecords(cut.records, cut.count)
      if (left <= 0) stop(`${request.bytes} bytes are captured`)
      readAt = performance.now()
      if (isDue && chunk.length < readBytes) ask()
    }
    child.stdout!.on('data', (chunk: Buffer) => {
      try {
        take(chunk)
      } catch (error) {
        torn = (error as Error).message
        child.kill('SIGTERM')
      }
    })
    const failure = await endOf(child, counters => events.onCounters({ ...counters, answeredMs: counters.closing ? 0 : performance.now() - askedAt }))
    for (const timer of timers) clearTimeout(timer)
    return torn ?? failure
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
    // what went wrong is said before
    said = withoutCounters(said)
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
/** a tcpdump that wrote nothing for so long waits for packets */
const quietMs = 20
/** what one read of a pipe takes at most */
const readBytes = 65_536
/** for it to say what it counted, on a machine without idle time, too */
const killMs = 2500
const keptChars = 4096
