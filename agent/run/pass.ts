import { type CommandRecord, commandText, FactError, type Run, type RunOptions } from '#facts/fact.ts'
import { answerOf } from '#facts/read.ts'

/** Runs one command. `controller` aborts when nobody waits for it any more. @throws {FactError} when that was before it began */
export type Perform = (argv: readonly string[], options: RunOptions, context: { readonly controller: AbortController; readonly pass: Pass }) => Promise<CommandRecord>

export interface PassLimits {
  /** different commands */
  readonly maxCommands: number
  /** of all their output, in UTF-16 units */
  readonly maxChars: number
}

interface Entry {
  readonly record: Promise<CommandRecord>
  readonly controller: AbortController
  /** askers that still wait */
  askers: number
}

/**
 * One look at the pod: equal commands run once, and all who ask share what came, also when it was an error. Beyond its limits a pass
 * answers `too-long` and runs nothing more.
 */
export class Pass {
  readonly id: string
  readonly #perform: Perform
  readonly #limits: PassLimits
  readonly #entries = new Map<string, Entry>()
  readonly #records = new Map<string, CommandRecord>()
  #chars = 0

  constructor(id: string, perform: Perform, limits: PassLimits) {
    this.id = id
    this.#perform = perform
    this.#limits = limits
  }

  /** How much the pass holds, in UTF-16 units. */
  get chars(): number {
    return this.#chars
  }

  /** The door for facts whose asker waits until `signal` aborts. A command is given up when the last of its askers left. */
  runFor(signal: AbortSignal): Run {
    return async (argv, options = {}) => {
      const entry = this.#entry(argv, options)
      entry.askers += 1
      const leave = (): void => {
        entry.askers -= 1
        if (entry.askers === 0) entry.controller.abort()
      }
      if (signal.aborted) leave()
      else signal.addEventListener('abort', leave, { once: true })
      try {
        return answerOf(await entry.record, options)
      } finally {
        signal.removeEventListener('abort', leave)
      }
    }
  }

  /** What came of a command, by its commandText. Undefined while it runs, and for what was never run. */
  record(command: string): CommandRecord | undefined {
    return this.#records.get(command)
  }

  #entry(argv: readonly string[], options: RunOptions): Entry {
    const text = commandText(argv)
    const known = this.#entries.get(text)
    if (known && !known.controller.signal.aborted) return known
    if (this.#entries.size >= this.#limits.maxCommands) throw new FactError('too-long', `${text} was not run: the pass has asked for ${this.#entries.size} commands already`)
    if (this.#chars >= this.#limits.maxChars) throw new FactError('too-long', `${text} was not run: the pass holds ${this.#chars} characters of output already`)
    const controller = new AbortController()
    const entry: Entry = { record: this.#started(argv, text, options, controller), controller, askers: 0 }
    this.#entries.set(text, entry)
    return entry
  }

  async #started(argv: readonly string[], text: string, options: RunOptions, controller: AbortController): Promise<CommandRecord> {
    try {
      const record = await this.#perform(argv, options, { controller, pass: this })
      const cutShort = controller.signal.aborted && record.error
      if (!cutShort) this.#keep(text, record)
      return record
    } catch (error) {
      controller.abort()
      throw error
    }
  }

  #keep(text: string, record: CommandRecord): void {
    this.#records.set(text, record)
    this.#chars += record.stdout.length + record.stderr.length
  }
}
