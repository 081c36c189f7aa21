import type { ChildProcess } from 'node:child_process'
import type { Params } from '#facts/fact.ts'
import type { NfqlbTraces } from './nfqlb/session.ts'
import { captureArguments, type captures, checkArguments, readRequest } from './request.ts'
import { RingMemory } from './ring.ts'
import { endOf, startTcpdump, Tcpdump, type TcpdumpEvents } from './tcpdump.ts'

export interface CaptureEvents extends TcpdumpEvents {
  /** once, last */
  onEnd(code: 'over' | 'refused' | 'failed', message: string): void
}

/**
 * The live captures of a probe, one tcpdump each, apart from what facts run: at most 16 at once, no shell, no environment but PATH, nothing read from
 * outside but what `readRequest` lets through. Each ends at its limits, and when it is told to.
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
    let end = (): void => {}
    let stopped: string | undefined
    const stop = (why: string): void => {
      stopped ??= why
      end()
    }
    const run = async (): Promise<void> => {
      if (this.#open > maxCaptures) return events.onEnd('refused', `${maxCaptures} captures are under way in this pod`)
      const request = readRequest(params, capture)
      const check = startTcpdump(this.#path, checkArguments(request))
      end = () => check.kill()
      const wrong = await this.#complaint(check)
      if (stopped !== undefined) return events.onEnd('over', stopped)
      if (wrong !== undefined) return events.onEnd('refused', wrong)
      let left = request.bytes
      const tcpdump = new Tcpdump(startTcpdump(this.#path, captureArguments(request)), request, {
        onRecords: (records, count) => {
          left -= records.length
          events.onRecords(records, count)
          if (left <= 0) stop(`${request.bytes} bytes are captured`)
        },
        onCounters: counters => events.onCounters(counters),
      })
      end = () => tcpdump.end()
      const timer = setTimeout(() => stop(`${request.seconds} s are over`), request.seconds * 1000)
      const failure = await tcpdump.over()
      clearTimeout(timer)
      events.onEnd(stopped !== undefined || failure === undefined ? 'over' : 'failed', stopped ?? failure ?? `${request.packets} packets are captured`)
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
    const wrong = await endOf(check)
    clearTimeout(late)
    return slow ?? wrong
  }
}

const maxCaptures = 16
