import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Params } from '#facts/fact.ts'
import { Balancer, type BalancerOptions, flowsMask, Refusal } from './balancer.ts'
import { type NfqlbRequest, ownName, readNfqlbRequest, traceFlowArguments } from './request.ts'
import { Tracer, type TracerOptions } from './tracer.ts'

export interface NfqlbTracesOptions extends BalancerOptions, Pick<TracerOptions, 'path' | 'folders'> {
  /** of the tracer, besides PATH */
  readonly env?: Readonly<Record<string, string>>
}

interface Events {
  /** first when the load balancer traces, without any; whole lines */
  onRecords(lines: Buffer, count: number): void
  /** once, last */
  onEnd(code: 'over' | 'refused' | 'failed', message: string): void
}

/**
 * Sessions of nfqlb's own trace, by the rules of nfqlb.md §8: one at a time in a pod (an abstract socket of the network namespace is the lock: the kernel frees it when
 * its holder dies), begun only when nothing speaks against it, always undone. What is set is written down first, as an empty file of the trace flow's name in
 * the load balancer's shared memory: whoever finds it while the lock is free knows it for the leftover of a session that died, and undoes it.
 */
export class NfqlbTraces {
  readonly #options: NfqlbTracesOptions
  readonly #balancer: Balancer
  readonly #sessions = new Map<Promise<void>, () => void>()
  #closing = false

  constructor(options: NfqlbTracesOptions) {
    this.#options = options
    this.#balancer = new Balancer(options)
  }

  /** Begins a session. Gives what ends it: safe twice; it is over, and told so, when all is undone. */
  begin(params: Params, events: Events): () => void {
    let ended = false
    let told = false
    const tell: Events['onEnd'] = (code, message) => {
      if (!told) events.onEnd(ended && code === 'refused' ? 'over' : code, message)
      told = true
    }
    const session = this.#hold(params, () => ended, { ...events, onEnd: tell }).then(
      message => tell('over', message),
      error => tell(error instanceof RangeError ? 'refused' : 'failed', String(error.message)),
    )
    const end = (): void => { ended = true }
    this.#sessions.set(session, end)
    void session.then(() => this.#sessions.delete(session))
    return end
  }

  /** Ends all; resolves when nothing of them is left, or what is left cannot be undone now: the next probe does it. */
  async close(): Promise<void> {
    this.#closing = true
    for (const end of this.#sessions.values()) end()
    await Promise.all(this.#sessions.keys())
  }

  /** Undoes what sessions of probes that died have left, as soon as that can be done. Asks nothing where they left nothing. */
  async undoLeftovers(): Promise<void> {
    while (this.#written().length > 0) {
      const lock = await takeLock(0)
      await (lock && this.#undo(this.#written()).catch(() => {}))
      lock?.close()
      await delay(againMs, undefined, { ref: false })
    }
  }

  async #hold(params: Params, ended: () => boolean, events: Events): Promise<string> {
    const request = readNfqlbRequest(params)
    const lock = await takeLock(lockMs)
    if (!lock) throw new Refusal('another probe traces nfqlb in this pod')
    try {
      return await this.#trace(request, ended, events)
    } finally {
      lock.close()
    }
  }

  async #trace(request: NfqlbRequest, ended: () => boolean, { onRecords, onEnd }: Events): Promise<string> {
    const check = (): void => {
      const wrong = ended() ? itWasEnded : this.#balancer.complaint()
      if (wrong !== undefined) throw new Refusal(wrong)
    }
    if (this.#written().length > 0) await this.#undo(this.#written())
    check()
    const foreign = (await this.#balancer.traceFlows()).map(({ name }) => name)
    const own = foreign.filter(name => ownName.test(name))
    if (own.length > 0) await this.#balancer.deleteTraceFlows(own)
    if (foreign.length > own.length) throw new Refusal(`trace flows of somebody else are set, and would be traced, too: ${foreign.filter(name => !ownName.test(name)).slice(0, 5).join(', ')} (nfqlb trace-flow-delete --name=… deletes one)`)
    const rate = await this.#balancer.rate(request)
    if (rate > request.perSecond) throw new Refusal(`flows it belongs to take ${Math.round(rate)} packets a second, more than ${request.perSecond}`)
    check()
    let tracer: Tracer | undefined
    try {
      writeFileSync(this.#fileOf(request.name), '', { flag: 'wx', mode: 0o600 })
      await this.#balancer.setTraceFlow(traceFlowArguments(request), request)
      check()
      tracer = new Tracer({ ...this.#options, env: this.#options.env ?? {}, bytes: request.bytes, seconds: request.seconds + graceSeconds })
      const mask = await tracer.active().catch((error: Error) => {
        // it may be long until it has ended
        onEnd('refused', error.message)
        throw error
      })
      if (mask !== flowsMask) throw new Refusal(`the load balancer traces by mask 0x${mask.toString(16)}, not by ours: another tracer, or shared memory that is not the load balancer's`)
      onRecords(Buffer.alloc(0), 0)
      return await this.#follow(tracer, request, onRecords, ended)
    } finally {
      await tracer?.end()
      await this.#undoSurely(request.name)
    }
  }

  /** Hands on what it prints, until there is a reason not to. */
  async #follow(tracer: Tracer, { seconds, bytes, perSecond }: NfqlbRequest, onRecords: Events['onRecords'], ended: () => boolean): Promise<string> {
    const begun = performance.now()
    const dropped = (): number => this.#balancer.queues().reduce((sum, { queueDropped }) => sum + queueDropped, 0)
    const droppedBefore = dropped()
    let printed = 0
    let allowance = perSecond
    for (let at = begun; ;) {
      const isLast = tracer.hasEnded
      const lines = tracer.read()
      const count = lines.reduce((sum, byte) => sum + Number(byte === 10), 0)
      printed += lines.length
      if (count > 0) onRecords(lines, count)
      const now = performance.now()
      allowance = Math.min(perSecond, allowance + ((now - at) / 1000) * perSecond) - count / linesPerPacket
      at = now
      if (ended()) return itWasEnded
      if (lines.length > 0 && isLast) continue
      if (isLast) return printed > bytes - 200 ? `${bytes} bytes are traced` : this.#balancer.sockets().listens ? `nfqlb trace: ${await tracer.ended}` : 'the load balancer has ended'
      if (allowance < 0) return `it came to more than ${perSecond} packets a second`
      if (now - begun > seconds * 1000) return `${seconds} s are over`
      if (dropped() > droppedBefore || this.#balancer.queues().some(({ waiting }) => waiting >= risingAt)) return 'packets pile up before the load balancer'
      await delay(tickMs)
    }
  }

  /** Until it is done the lock is held. A load balancer that does not answer, or is stalled, is asked again later; by the next probe, when this one ends. */
  async #undoSurely(name: string): Promise<void> {
    while (!await this.#undo([name]).then(() => true, () => this.#closing)) await delay(againMs)
  }

  /** Mask, then trace flows, then what is written of them. @throws when it cannot be seen that they are gone */
  async #undo(names: readonly string[]): Promise<void> {
    for (const end = performance.now() + maskMs; this.#balancer.mask() && performance.now() < end;) await delay(tickMs)
    this.#balancer.clearMask()
    await this.#balancer.deleteTraceFlows(names)
    for (const name of names) rmSync(this.#fileOf(name), { force: true })
  }

  #written(): string[] {
    try {
      return readdirSync(this.#options.shm).filter(name => ownName.test(name))
    } catch {
      return [] // a pod without shared memory
    }
  }

  #fileOf(name: string): string {
    return join(this.#options.shm, name)
  }
}

/** undefined: somebody else holds it, and has for so long. */
async function takeLock(patienceMs: number): Promise<Server | undefined> {
  for (const end = performance.now() + patienceMs; ; await delay(tickMs)) {
    const server = createServer(socket => socket.destroy())
    const { promise, resolve } = Promise.withResolvers<boolean>()
    server.once('error', () => resolve(false)).listen('\0trenchscope-nfqlb', () => resolve(true))
    if (await promise) return server
    if (performance.now() >= end) return undefined
  }
}

const itWasEnded = 'it was ended'
const tickMs = 50
/** another session may just be undone */
const lockMs = 3000
const againMs = 5000
/** for the load balancer to see that its tracer is gone */
const maskMs = 1000
/** a match is an empty line, its own, the packet's and the verdict's */
const linesPerPacket = 4
/** packets that wait: a quarter of a queue */
const risingAt = 256
/** for the watchdog, beyond the session's own */
const graceSeconds = 30
