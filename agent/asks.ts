import { type CommandRecord, commandText, type Observation } from '#facts/fact.ts'
import type { Channel } from '#proto/channel.ts'
import type { Frames } from '#proto/frames.ts'
import { ProtocolError } from '#proto/goodbye.ts'
import { limits, waits } from '#proto/limits.ts'
import { cutData, cutFailure, cutRecord } from './cut.ts'
import type { LinkLog } from './link-log.ts'
import type { Observer } from './observer.ts'

/** What the controller asked in one session and has no answer to yet. */
export class Asks {
  readonly #observer: Observer
  readonly #channel: Channel
  readonly #log: LinkLog
  readonly #onAnswered: (() => void) | undefined
  readonly #underWay = new Map<number, AbortController>()
  #last = 0

  /** @param onAnswered called when nothing is owed any more */
  constructor(observer: Observer, channel: Channel, log: LinkLog, onAnswered?: () => void) {
    this.#onAnswered = onAnswered
    this.#observer = observer
    this.#channel = channel
    this.#log = log
  }

  /** @throws {ProtocolError} for an id that does not count up, or one ask too many */
  begin({ id, pass, wants, timeoutMs }: Frames['ask']): void {
    if (id <= this.#last) throw new ProtocolError('out-of-state', `ask ${id} after ask ${this.#last}`)
    if (this.#underWay.size >= limits.asks) throw new ProtocolError('overloaded', `${limits.asks} asks are under way`)
    this.#last = id
    const cancel = new AbortController()
    this.#underWay.set(id, cancel)
    const told = new Told(id, this.#channel)
    this.#observer
      .observe(wants, { pass, timeoutMs: Math.min(timeoutMs, waits.askMs), signal: cancel.signal, onRecord: (record, command) => told.record(record, command), onObservation: seen => told.observation(seen) })
      .catch(error => this.#log.error({ ask: id, err: error }, 'ask failed'))
      .finally(() => {
        this.#underWay.delete(id)
        this.#channel.send('done', { ask: id })
        if (this.#underWay.size === 0) this.#onAnswered?.()
      })
  }

  /** What is seen until the observer has noticed still travels; an ask that is over is no error. */
  cancel(id: number): void {
    this.#underWay.get(id)?.abort()
  }

  cancelAll(): void {
    for (const cancel of this.#underWay.values()) cancel.abort()
  }
}

/** What one ask has told so far. */
class Told {
  readonly #ask: number
  readonly #channel: Channel
  readonly #records = new Map<string, number>()

  constructor(ask: number, channel: Channel) {
    this.#ask = ask
    this.#channel = channel
  }

  record(id: number, record: CommandRecord): void {
    this.#records.set(commandText(record.argv), id)
    this.#channel.send('record', { ask: this.#ask, id, ...cutRecord(record) })
  }

  observation({ commands, data, error, ...seen }: Observation): void {
    const records = commands.flatMap(command => this.#records.get(command) ?? []).slice(0, limits.wants)
    this.#channel.send('observation', { ask: this.#ask, ...seen, records, ...(error ? { error: cutFailure(error) } : cutData(seen.fact, data)) })
  }
}
