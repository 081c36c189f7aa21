import { randomUUID } from 'node:crypto'
import { ClientStream, type TraceFormat } from './client-stream.ts'
import { errorOf } from './clocks.ts'
import { EngineHost, type FromEngine } from './engine-host.ts'
import { type EndedEvent, type StartedEvent, timeText, type TraceEvent } from './events.ts'
import { fileHeader } from './file-header.ts'
import type { TraceFindings } from './findings.ts'
import { NfqlbSessions } from './nfqlb-sessions.ts'
import { fileTime, remarkBlock } from './pcapng.ts'
import { TapCapture } from './tap-capture.ts'
import type { Tap } from './taps.ts'
import type { TraceOptions } from './trace-options.ts'

/** A running trace: captures in probes, an engine in a thread, clients that read. It ends at its limits, when it is stopped, and when its last client has left. */
export class Trace {
  readonly id = randomUUID()
  readonly startedAt = Date.now()
  readonly trench: string
  readonly filter: string
  readonly taps: readonly Tap[]
  /** resolves when it has ended and nothing of it is left; never rejects */
  readonly ended: Promise<EndedEvent | undefined>
  readonly #options: TraceOptions
  readonly #engine: EngineHost
  readonly #findings: TraceFindings
  readonly #clients = new Set<ClientStream>()
  #watchers = 0
  readonly #captures: TapCapture[] = []
  #nfqlb: NfqlbSessions | undefined
  readonly #timers: NodeJS.Timeout[]
  readonly #settle: (ended: EndedEvent | undefined) => void
  /** resolves when each tap listens, or has failed */
  readonly #listening = Promise.withResolvers<void>()
  readonly #heard = new Set<number>()
  /** probes that have been asked whether they have more */
  readonly #asked = new Set<number>()
  #open = 0
  /** what was told so far, for clients that join early; undefined: too much of it */
  #history: string | undefined = ''
  readonly #refusals = new Map<number, string>()
  #stopping: { readonly reason: string; readonly at: number } | undefined

  constructor(options: TraceOptions) {
    this.#options = options
    this.trench = options.trench
    this.filter = options.filter
    this.taps = options.setup.taps
    const { promise, resolve } = Promise.withResolvers<EndedEvent | undefined>()
    this.ended = promise
    this.#settle = resolve
    this.#findings = options.findings(finding => this.#tellLine(finding))
    this.#engine = new EngineHost({ ...options.setup, isFrozen: options.frozen !== undefined }, { onTold: told => this.#pass(told), onFailed: error => this.#fail(error) })
    this.#timers = [setTimeout(() => this.stop(`${options.seconds} s are over`), options.seconds * 1000), setInterval(() => this.#watchClocks(), 2000)]
    for (const tap of this.taps) this.#begin(tap)
    if (this.taps.length === 0) this.#listening.resolve()
    void this.#listening.promise.then(() => this.#beginNfqlb())
  }

  get isStopping(): boolean {
    return this.#stopping !== undefined
  }

  /** Resolves with why taps are not captured, per tap, as soon as every tap listens or has failed. */
  async listening(): Promise<ReadonlyMap<number, string>> {
    await this.#listening.promise
    return this.#refusals
  }

  /** A client from now on; of events, also those before, while they are few. The trace ends when the last one that watches has left. */
  attach(format: TraceFormat, { isWatcher = true, mostBytes }: { readonly isWatcher?: boolean; readonly mostBytes?: number } = {}): ClientStream {
    const { setup, snaplen } = this.#options
    const note = (shed: number) => (format === 'pcapng' ? this.#shedBlock(shed) : `${JSON.stringify({ type: 'shed', events: shed })}\n`)
    const client = new ClientStream(format, note, mostBytes)
    this.#clients.add(client)
    if (isWatcher) this.#watchers += 1
    this.#tellWants()
    client.offer(format === 'pcapng' ? fileHeader({ ...this.#options, taps: setup.taps, clocks: this.#options.clocks, id: this.id }) : `${JSON.stringify(this.#startedEvent(snaplen))}\n`, 0)
    if (format !== 'pcapng' && this.#history) client.offer(this.#history, 0)
    client.once('close', () => {
      this.#clients.delete(client)
      this.#tellWants()
      if (isWatcher && --this.#watchers === 0) this.stop('nobody listens any more')
    })
    return client
  }

  /** Ends the captures; what they hold by then is still told. Safe twice. */
  stop(reason: string): void {
    if (this.#stopping) return
    this.#stopping = { reason, at: this.#options.frozen?.at ?? Date.now() }
    for (const timer of this.#timers) clearTimeout(timer)
    if (this.#open === 0) return this.#finish()
    for (const capture of this.#captures) capture.close()
    this.#nfqlb?.close()
    setTimeout(() => this.#finish(), closeMs).unref()
  }

  #begin(begun: Tap): void {
    const { tap, interface: name } = begun
    const { filter, snaplen, seconds, bytesPerTap, open, frozen } = this.#options
    this.#open += 1
    this.#captures[tap] = new TapCapture({
      open: (params, events) => open(begun, params, events),
      isFixed: frozen !== undefined,
      params: { interface: name, filter, snaplen, seconds: Math.min(3600, seconds + 60), packets: 1e7, bytes: bytesPerTap },
      now: () => performance.now(),
      packetClock: () => {
        const { offsetNs, errorNs } = this.#options.setup.clocks[tap]!
        return Date.now() + (offsetNs + errorNs) / 1e6
      },
      events: {
        onData: (capture, piece) => {
          const { payload, dropped, counters } = piece
          if (!this.#heard.has(tap)) this.#engine.tell({ type: 'listening', tap, sinceMs: frozen?.sinceMs(tap, piece) ?? Date.now() })
          this.#hear(tap)
          if (payload.length > 0 || dropped > 0) this.#engine.tell({ type: 'data', tap, capture, records: payload, dropped })
          if (counters) this.#engine.tell({ type: 'counted', tap, capture, counters })
        },
        onHandedOver: capture => this.#engine.tell({ type: 'handedOver', tap, capture }),
        onSwitch: (mode, perSecond) => this.#engine.tell({ type: 'switched', tap, mode, perSecond }),
        onEnd: (capture, { code, message }) => {
          if (code !== 'over') this.#refusals.set(tap, message)
          this.#engine.tell({ type: 'ended', tap, capture, state: code === 'over' ? 'ended' : 'failed', message })
          this.#hear(tap)
          this.#over()
        },
      },
    })
  }

  #beginNfqlb(): void {
    const { nfqlb: selection, seconds, probeOf } = this.#options
    if (!selection?.balancers.length || this.#stopping) return
    this.#open += 1
    this.#nfqlb = new NfqlbSessions({
      selection, seconds, probe: pod => probeOf(this.taps.find(tap => tap.pod === pod)!),
      predict: () => this.#findings.prepared(), onOver: () => this.#over(),
      onMatches: (balancer, matches) => this.#engine.tell({ type: 'nfqlb', balancer, matches, atMs: Date.now() }),
      onState: (balancer, state) => {
        this.#engine.tell({ type: 'nfqlbState', balancer, isActive: state.state === 'active' })
        this.#tellLine(state)
      },
    })
  }

  #over(): void {
    this.#open -= 1
    if (this.#open === 0) this.#stopping ? this.#finish() : this.stop('every capture has ended')
  }

  #hear(tap: number): void {
    this.#heard.add(tap)
    if (this.#heard.size === this.taps.length) this.#listening.resolve()
  }

  #finish(): void {
    const { reason, at } = this.#stopping!
    this.#engine.tell({ type: 'finish', stoppedAtMs: at, reason })
  }

  #pass(told: FromEngine): void {
    for (const { tap, capture, bytes } of told.grants) this.#captures[tap]?.grant(capture, bytes)
    for (const probe of told.blocking) this.#ask(probe)
    if (this.#history !== undefined) {
      this.#history = this.#history.length < historyChars ? this.#history + told.plain : undefined
      if (this.#history === undefined) this.#tellWants()
    }
    for (const client of this.#clients) {
      if (client.format === 'pcapng') {
        if (told.blocks) client.offer(told.blocks, told.ended ? 0 : Math.max(1, told.packets))
      } else {
        const lines = client.format === 'packets' ? told.full : told.plain
        if (lines !== '') client.offer(lines, told.ended ? 0 : lines.split('\n').length - 1)
      }
    }
    // what is read now may not be what held then
    this.#findings.take(this.#options.frozen ? { ...told.suspects, flows: [] } : told.suspects)
    this.#findings.takeMarks(told.marks)
    if (told.enough) this.stop('so many packets are followed')
    if (told.ended) void this.#conclude(told.ended)
  }

  /** Whether a probe has more: what it sent has come when it answers. */
  #ask(probe: number): void {
    if (this.#asked.has(probe)) return
    this.#asked.add(probe)
    const tap = this.taps[this.#options.setup.probes.indexOf(probe)]!
    this.#options.probeOf(tap).ping(at => {
      this.#engine.tell({ type: 'beat', probe, at })
      setTimeout(() => this.#asked.delete(probe), askEveryMs).unref()
    })
  }

  #fail(error: Error): void {
    this.#options.log.error({ trace: this.id, err: error }, 'trace failed')
    this.#stopping ??= { reason: 'the controller failed', at: Date.now() }
    void this.#findings.settled()
    for (const capture of this.#captures) capture.close()
    this.#nfqlb?.close()
    this.#end(undefined)
  }

  /** The end is told with what the trace has found. */
  async #conclude(ended: EndedEvent): Promise<void> {
    const whole = { ...ended, findings: await this.#findings.settled() }
    this.#tellLine(whole)
    this.#end(whole)
  }

  #tellLine(event: TraceEvent): void {
    const line = `${JSON.stringify(event)}\n`
    if (this.#history !== undefined) this.#history += line
    for (const client of this.#clients) if (client.format !== 'pcapng') client.offer(line, 0)
  }

  #end(ended: EndedEvent | undefined): void {
    for (const timer of this.#timers) clearTimeout(timer)
    for (const client of this.#clients) client.finish()
    this.#listening.resolve()
    this.#settle(ended)
    void this.#engine.close()
  }

  #tellWants(): void {
    const formats = [...this.#clients].map(({ format }) => format)
    this.#engine.tell({ type: 'wants', wants: { blocks: formats.includes('pcapng'), packets: formats.includes('packets'), journeys: this.#history !== undefined || formats.some(format => format !== 'pcapng') } })
  }

  #watchClocks(): void {
    for (const tap of this.taps) {
      const { clock } = this.#options.probeOf(tap)
      if (clock) this.#engine.tell({ type: 'clock', tap: tap.tap, errorNs: errorOf(this.#options.setup.clocks[tap.tap]!.offsetNs, clock) })
    }
  }

  #startedEvent(snaplen: number): StartedEvent {
    const { setup, clocks, filter } = this.#options
    return { type: 'started', id: this.id, trench: this.trench, at: timeText(setup.base, this.startedAt * 1e6 - setup.base * 1e9), filter, snaplen, taps: setup.taps, unseen: setup.unseen, clocks }
  }

  #shedBlock(shed: number): Buffer {
    return remarkBlock(0, fileTime(0, Date.now() * 1e6), `this client was too slow: ${shed} packets of all interfaces are missing here`)
  }
}

/** at most so often while packets wait */
const askEveryMs = 15
const historyChars = 256 * 1024
/** for the captures to end */
const closeMs = 8000
