import type { Observation, Params } from '#facts/fact.ts'
import type { Channel, Ending } from '#proto/channel.ts'
import type { Frame, Frames, Hello, LeaseTerms } from '#proto/frames.ts'
import { type Goodbye, ProtocolError } from '#proto/goodbye.ts'
import { limits, waits } from '#proto/limits.ts'
import type { Log } from '../log.ts'
import { Asking } from './asking.ts'
import { ClockOffset, type Offset } from './clock-offset.ts'
import type { Answer, StreamingProbe, Want } from './probe.ts'
import { LinkStreams, type OpenStream, type StreamEvents } from './streams.ts'

export interface LinkOptions {
  readonly hello: Hello
  readonly channel: Channel
  readonly lease: LeaseTerms
  readonly pingEveryMs: number
  /** a child logger that carries the probe's ids */
  readonly log: Log
  /** Unix ms with fractions */
  readonly now: () => number
}

/** An open session with a probe that has proved who it is. */
export class ProbeLink implements StreamingProbe {
  readonly session: string
  readonly pod: string
  readonly podUid: string
  readonly container: string
  readonly version: string
  readonly facts: ReadonlyMap<string, number>
  /** resolves when the session is over; never rejects */
  readonly ended: Promise<Ending>
  cost = { rssBytes: 0, cpuMs: 0 }
  readonly #options: LinkOptions
  readonly #asks = new Map<number, Asking>()
  readonly #offset = new ClockOffset()
  readonly #streams: LinkStreams
  readonly #timers: NodeJS.Timeout[]
  #lastAsk = 0
  /** of the last ask or stream that ended */
  #usedAt = performance.now()
  #lastPing = 0
  /** pings without an answer, by id: when they left */
  readonly #pings = new Map<number, number>()
  #onPong: ((theirClock: number) => void)[] = []
  #heardAt = performance.now()
  #linesLeft = linesPerPing
  #ending: Ending | undefined
  readonly #end: (ending: Ending) => void

  constructor(options: LinkOptions) {
    this.#options = options
    const { hello, lease, pingEveryMs } = options
    this.session = hello.session
    this.pod = hello.pod
    this.podUid = hello.podUid
    this.container = hello.container
    this.version = hello.build
    this.#streams = new LinkStreams(options.channel)
    this.facts = new Map(hello.facts.map(({ id, version }) => [id, version]))
    const { promise, resolve } = Promise.withResolvers<Ending>()
    this.ended = promise
    this.#end = resolve
    // renewed early enough that a lost renewal or two ends nothing
    this.#timers = [setInterval(() => this.#watch(), pingEveryMs), setInterval(() => this.renew(lease), Math.min(lease.idleMs / 4, 2_147_483_647))]
    this.#ping()
  }

  /** How far the probe's clock is ahead of ours; undefined before the first pong. */
  get clock(): Offset | undefined {
    return this.#offset.at(this.#options.now())
  }

  /** how long nobody has wanted anything of it; 0 while an ask or a stream is under way */
  get idleMs(): number {
    return this.#asks.size > 0 || this.#streams.count > 0 ? 0 : performance.now() - this.#usedAt
  }

  /** Resolves within `timeoutMs` + graceMs. An aborted `signal` ends it at once; what is owed is then a `timeout`, as for any asker who left. */
  async ask(wants: readonly Want[], { pass, timeoutMs, signal, onObservation }: { pass: string; timeoutMs: number; signal?: AbortSignal; onObservation?: (seen: Observation) => void }): Promise<Answer> {
    const asking = new Asking({ wants, versionOf: fact => this.facts.get(fact) ?? 0, onObservation: seen => this.#tell(seen, onObservation) })
    const of = `of ${this.pod} (${this.container})`
    if (this.#ending) asking.giveUp('gone', fact => `${fact} ${of}: ${this.#ending!.message}`)
    else if (signal?.aborted) asking.giveUp('timeout', fact => `${fact} ${of} was not asked: the asker had left`)
    else if (this.#asks.size >= limits.asks) asking.giveUp('refused', fact => `${fact} ${of} was not asked: ${limits.asks} asks are under way`)
    else if (wants.length > limits.wants) asking.giveUp('refused', fact => `${fact} ${of} was not asked: ${wants.length} facts in one ask, ${limits.wants} may be`)
    else {
      const id = ++this.#lastAsk
      const leave = (why: string) => (): void => asking.giveUp('timeout', fact => `${fact} ${of} ${why}`)
      const timer = setTimeout(leave(`did not come within ${timeoutMs} ms`), timeoutMs + graceMs)
      const left = leave('was cancelled')
      signal?.addEventListener('abort', left)
      this.#asks.set(id, asking)
      this.#options.channel.send('ask', { id, pass, wants, timeoutMs })
      await asking.over
      this.#usedAt = performance.now()
      clearTimeout(timer)
      signal?.removeEventListener('abort', left)
      if (this.#asks.has(id)) this.#options.channel.send('cancel', { ask: id })
    }
    return asking.answer
  }

  /** Begins a stream; what goes wrong with it is told by `onEnd`. */
  stream(capture: string, params: Params, window: number, events: StreamEvents): OpenStream {
    return this.#streams.open(capture, params, window, events)
  }

  /** Tells the probe's clock at the next pong, and asks for one unless one is due. */
  ping(onPong: (theirClock: number) => void): void {
    this.#onPong.push(onPong)
    if (this.#pings.size === 0) this.#ping()
  }

  /** The probe may live on for so long. */
  renew(lease: LeaseTerms): void {
    this.#options.channel.send('lease', lease)
  }

  /** Tells the probe which keys to expect from now on. */
  announce(pins: readonly string[]): void {
    this.#options.channel.send('successor', { pins })
  }

  /** Ends the session; `killed` ends the probe, too. Safe twice. */
  goodbye(code: Goodbye, message: string): void {
    this.#options.channel.goodbye(code, message)
  }

  /** For the channel. @throws {ProtocolError} */
  take(frame: Frame): void {
    this.#heardAt = performance.now()
    switch (frame.kind) {
      case 'record': return this.#asked(frame.body.ask)?.record(frame.body)
      case 'observation': return this.#asked(frame.body.ask)?.observation(frame.body)
      case 'done': {
        this.#asked(frame.body.ask)?.done()
        this.#asks.delete(frame.body.ask)
        return
      }
      case 'pong': return this.#measure(frame.body)
      case 'cost': {
        this.cost = frame.body
        return
      }
      case 'log': return this.#pass(frame.body)
      case 'streamData': return this.#streams.data(frame.body)
      case 'streamClose': {
        this.#usedAt = performance.now()
        return this.#streams.closed(frame.body)
      }
    }
  }

  /** For the channel. */
  over(ending: Ending): void {
    this.#ending = ending
    for (const timer of this.#timers) clearInterval(timer)
    for (const asking of this.#asks.values()) asking.giveUp('gone', fact => `${fact} of ${this.pod} (${this.container}): the probe went away: ${ending.message}`)
    this.#asks.clear()
    this.#streams.over(`the probe of ${this.pod} went away: ${ending.message}`)
    this.#end(ending)
  }

  /** undefined: an ask that is over. */
  #asked(id: number): Asking | undefined {
    if (id < 1 || id > this.#lastAsk) throw new ProtocolError('out-of-state', `an answer to ask ${id}, which was not asked`)
    return this.#asks.get(id)
  }

  #watch(): void {
    const { channel, pingEveryMs } = this.#options
    const silentMs = performance.now() - this.#heardAt
    if (silentMs > pingEveryMs * waits.silentPings) return channel.abandon(`it was not heard for ${Math.round(silentMs)} ms`)
    this.#linesLeft = linesPerPing
    this.#ping()
  }

  #ping(): void {
    const { channel, now } = this.#options
    this.#lastPing += 1
    this.#pings.set(this.#lastPing, now())
    channel.send('ping', { id: this.#lastPing })
  }

  #measure({ id, receivedAt, sentAt }: Frames['pong']): void {
    const leftAt = this.#pings.get(id)
    if (leftAt === undefined) return
    for (const earlier of this.#pings.keys()) if (earlier <= id) this.#pings.delete(earlier)
    this.#offset.add({ sentAt: leftAt, theyReceivedAt: receivedAt, theySentAt: sentAt, receivedAt: this.#options.now() })
    for (const tell of this.#onPong.splice(0)) tell(receivedAt)
  }

  /** The probe's log lines, as many as a probe may write between two pings. */
  #pass({ at, level, message, fields }: Frames['log']): void {
    this.#linesLeft -= 1
    if (this.#linesLeft >= 0) this.#options.log[level]({ at, said: message, fields }, 'probe said')
    else if (this.#linesLeft === -1) this.#options.log.warn({}, 'probe said more than is kept')
  }

  #tell(seen: Observation, onObservation: ((seen: Observation) => void) | undefined): void {
    try {
      onObservation?.(seen)
    } catch (error) {
      this.#options.log.error({ fact: seen.fact, err: error }, 'observation not taken')
    }
  }
}

/** for what the probe tells at its own time limit to arrive */
const graceMs = 500

const linesPerPing = 100
