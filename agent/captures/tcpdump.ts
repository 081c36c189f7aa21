import { type ChildProcess, spawn } from 'node:child_process'
import { type CaptureCounters, countersIn, withoutCounters } from './counters.ts'
import { RecordCutter } from './records.ts'
import type { CaptureRequest } from './request.ts'

export interface TcpdumpEvents {
  /** first when it listens, without any; `records` are whole */
  onRecords(records: Buffer, count: number): void
  /** `answeredMs`: how long tcpdump took to say them; 0: it was not asked */
  onCounters(counters: CaptureCounters & { readonly answeredMs: number }): void
}

/** No shell, no environment but PATH. */
export function startTcpdump(path: string, args: readonly string[]): ChildProcess {
  return spawn('tcpdump', args, { env: { PATH: path, LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'pipe'] })
}

/**
 * One tcpdump that captures: what it writes is cut into records, it is asked about once a second to count, and to write what stdio holds when it has written nothing for long.
 *
 * SIGTERM interrupts a write that waits for us, and what was to be written is gone, up to stdio's 4096 bytes: it has counted those packets as captured. So it is sent when all
 * that was written is read, if that comes soon, and what follows a gap is not taken. SIGUSR1 (count) and SIGUSR2 (write) interrupt no write (tcpdump 4.99), but SIGUSR2 is
 * for one that waits for packets alone: in the middle of its work it could tear a record.
 */
export class Tcpdump {
  readonly #child: ChildProcess
  readonly #events: TcpdumpEvents
  readonly #cutter = new RecordCutter()
  readonly #timers: NodeJS.Timeout[] = []
  /** when it last wrote, when it was asked to count, and whether it is to be asked at the next good moment */
  #readAt = 0
  #askedAt = 0
  #isDue = false
  /** the last read took all that was written */
  #isAllRead = true
  #listens = false
  #ending: 'soon' | 'now' | undefined
  #torn: string | undefined
  readonly #holdsBack: boolean

  /** of a ring nothing travels: what stdio holds is written at the end */
  constructor(child: ChildProcess, { immediate, isRing }: Pick<CaptureRequest, 'immediate' | 'isRing'>, events: TcpdumpEvents) {
    this.#child = child
    this.#events = events
    this.#holdsBack = !immediate && !isRing
    child.stdout!.on('data', (chunk: Buffer) => this.#read(chunk))
  }

  /** Resolves when it has ended and all it wrote was read: with why it failed, or undefined. */
  async over(): Promise<string | undefined> {
    const failure = await endOf(this.#child, {
      onListening: () => this.#heard(),
      onCounters: counters => this.#events.onCounters({ ...counters, answeredMs: counters.closing ? 0 : performance.now() - this.#askedAt }),
    })
    for (const timer of this.#timers) clearTimeout(timer)
    return this.#ending ? failure : this.#torn ?? failure
  }

  /** Safe twice. */
  end(): void {
    if (this.#ending) return
    this.#ending = 'soon'
    // at once where it may wait for packets: the probe may end right after. A busy one would then be ended by its next write
    if (this.#isAllRead) this.#terminate()
    else this.#timers.push(setTimeout(() => this.#terminate(), endSoonMs))
  }

  #read(chunk: Buffer): void {
    if (this.#torn !== undefined) return
    try {
      const cuts = this.#cutter.add(chunk)
      this.#readAt = performance.now()
      this.#isAllRead = chunk.length < readBytes
      if (!cuts) return
      this.#heard()
      // best right after all it had written was read: then it waits for no one
      if (this.#isAllRead) this.#useCalm()
      for (const { records, count } of cuts) this.#events.onRecords(records, count)
    } catch (error) {
      this.#torn = (error as Error).message
      this.#child.kill('SIGTERM')
    }
  }

  #useCalm(): void {
    if (this.#ending === 'soon') this.#terminate()
    else if (this.#isDue) this.#ask()
  }

  #heard(): void {
    if (this.#listens) return
    this.#listens = true
    this.#readAt = performance.now()
    this.#events.onRecords(Buffer.alloc(0), 0)
    // before it listens a signal would end it
    this.#timers.push(setInterval(() => {
      if (this.#isQuiet(quietMs)) this.#ask()
      else this.#isDue = true
    }, countersEveryMs))
    if (this.#holdsBack) this.#timers.push(setInterval(() => {
      if (!this.#ending && this.#isQuiet(flushMs)) this.#child.kill('SIGUSR2')
    }, flushMs))
  }

  #ask(): void {
    // asked while it says its last counters, it would say both at once
    if (this.#ending) return
    this.#isDue = false
    this.#askedAt = performance.now()
    this.#child.kill('SIGUSR1')
  }

  #terminate(): void {
    if (this.#ending === 'now') return
    this.#ending = 'now'
    this.#child.kill('SIGTERM')
    setTimeout(() => this.#child.kill('SIGKILL'), killMs).unref()
  }

  /** It has written nothing for so long: it waits for packets. */
  #isQuiet(ms: number): boolean {
    return performance.now() - this.#readAt > ms
  }
}

/** Resolves when the process has ended and all it wrote was read: with why it failed, or undefined. */
export function endOf(child: ChildProcess, { onListening, onCounters }: { readonly onListening?: () => void; readonly onCounters?: (counters: CaptureCounters) => void } = {}): Promise<string | undefined> {
  let said = ''
  child.stdout!.resume()
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-keptChars)
    if (said.includes('listening on ')) onListening?.()
    const counters = countersIn(said)
    if (!counters) return
    // what went wrong is said before
    said = withoutCounters(said)
    onCounters?.(counters)
  })
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  child.on('error', error => resolve(`tcpdump could not be started: ${error.message}`))
  child.on('close', (code, signal) => resolve(code === 0 ? undefined : (code !== null && complaintIn(said)) || `tcpdump ended with ${code ?? signal}`))
  return promise
}

function complaintIn(said: string): string {
  return said.replaceAll(/tcpdump: (?:(?:data link type|listening on) .*\n)?/g, '').trim()
}

const countersEveryMs = 1000
const quietMs = 20
/** longer than a block of the kernel takes to fill at the rates that are captured so (see merge.ts, which waits as long) */
const flushMs = 400
/** what one read of a pipe takes at most */
const readBytes = 65_536
/** for a moment in which it waits for no one */
const endSoonMs = 300
/** for it to say what it counted, on a machine without idle time, too */
const killMs = 2500
const keptChars = 4096
