import { type CommandRecord, commandText, type FactErrorCode, factKey, type Observation } from '#facts/fact.ts'
import type { Failure, ObservationFrame, RecordFrame } from '#proto/frames.ts'
import { ProtocolError } from '#proto/goodbye.ts'
import type { Answer, Want } from './probe.ts'

export interface AskingOptions {
  readonly wants: readonly Want[]
  readonly versionOf: (fact: string) => number
  readonly onObservation: (seen: Observation) => void
}

/** One ask: what has come of it, and what is still owed. */
export class Asking {
  /** resolves when every want has its observation and the probe has said so, or when it was given up */
  readonly over: Promise<void>
  readonly #options: AskingOptions
  readonly #startedAt = Date.now()
  readonly #owed: Map<string, Want>
  readonly #observations: Observation[] = []
  readonly #records = new Map<number, CommandRecord>()
  #chars = 0
  #isOver = false
  readonly #finish: () => void

  constructor(options: AskingOptions) {
    this.#options = options
    this.#owed = new Map(options.wants.map(want => [factKey(want.fact, want.params), want]))
    const { promise, resolve } = Promise.withResolvers<void>()
    this.over = promise
    this.#finish = resolve
  }

  get answer(): Answer {
    return { observations: this.#observations, records: [...this.#records.values()] }
  }

  /** @throws {ProtocolError} when the probe tells more than an ask may hold */
  record({ ask: _, id, error, ...record }: RecordFrame): void {
    if (this.#isOver) return
    this.#chars += record.stdout.length + record.stderr.length
    if (this.#chars > maxChars || this.#records.size >= maxRecords) throw new ProtocolError('overloaded', `an answer of more than ${maxRecords} records or ${maxChars} characters`)
    this.#records.set(id, { ...record, ...(error ? { error: factError(error) } : {}) })
  }

  /** What nobody wanted, or has had, is left out. @throws {ProtocolError} `malformed` */
  observation({ ask: _, records, data, error, ...seen }: ObservationFrame): void {
    if (this.#isOver || !this.#owed.delete(factKey(seen.fact, seen.params))) return
    const commands = records.map(id => commandText((this.#records.get(id) ?? unknownRecord(id)).argv))
    this.#tell({ ...seen, commands, ...(error ? { error: factError(error) } : { data: parsed(data!) }) })
  }

  /** The probe has said all it will. */
  done(): void {
    this.giveUp('failed', fact => `the probe ended the ask without ${fact}`)
  }

  /** Ends the ask; what is owed becomes an error. Safe twice. */
  giveUp(code: FactErrorCode, why: (fact: string) => string): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const { fact, params } of this.#owed.values()) {
      this.#tell({ fact, version: this.#options.versionOf(fact), params, startedAt: this.#startedAt, ms: Date.now() - this.#startedAt, commands: [], error: { code, message: why(fact) } })
    }
    this.#finish()
  }

  #tell(seen: Observation): void {
    this.#observations.push(seen)
    this.#options.onObservation(seen)
  }
}

const maxRecords = 4096
const maxChars = 32 << 20

const codes: readonly FactErrorCode[] = ['not-found', 'failed', 'timeout', 'too-long', 'unreadable', 'refused', 'gone', 'unsupported']

/** A code from a newer probe is a failure to us. */
function factError({ code, message }: Failure): { code: FactErrorCode; message: string } {
  return { code: codes.find(known => known === code) ?? 'failed', message }
}

function parsed(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString())
  } catch (error) {
    throw new ProtocolError('malformed', 'an observation whose data is not JSON', { cause: error })
  }
}

function unknownRecord(id: number): never {
  throw new ProtocolError('malformed', `an observation that names record ${id}, which did not come`)
}
