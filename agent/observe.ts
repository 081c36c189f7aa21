import { type AnyFact, type CommandRecord, commandText, type FactErrorCode, type Observation, type Run } from '#facts/fact.ts'
import { observeFact } from '#facts/read.ts'
import type { Observer } from './observer.ts'
import type { Runner } from './run.ts'

export interface ObserverOptions {
  readonly facts: readonly AnyFact[]
  readonly runner: Pick<Runner, 'pass'>
  /** Unix ms */
  readonly now: () => number
}

type Want = Parameters<Observer['observe']>[0][number]
type Options = Parameters<Observer['observe']>[1]

/** Reads facts as they are asked for, all at once: what may run together is the runner's matter. Nothing that comes after the end is told. */
export function createObserver({ facts, runner, now }: ObserverOptions): Observer {
  const byId = new Map(facts.map(fact => [fact.id, fact]))
  return {
    observe: async (wants, options) => {
      const asked = { pass: runner.pass(options.pass), options, end: new AbortController(), now, told: tellerOf(options) }
      const over = overOf(asked.end, options)
      try {
        await Promise.all(wants.map(want => observeOne(want, byId.get(want.fact), asked, over)))
      } finally {
        asked.end.abort()
      }
    },
  }
}

interface Asked {
  readonly pass: ReturnType<Runner['pass']>
  readonly options: Options
  readonly end: AbortController
  readonly now: () => number
  readonly told: (records: readonly CommandRecord[]) => void
}

async function observeOne(want: Want, fact: AnyFact | undefined, asked: Asked, over: Promise<string>): Promise<void> {
  const { pass, options, now } = asked
  const startedAt = now()
  if (!fact) return options.onObservation(unseen(want, 0, startedAt, 0, [], 'unsupported', `this probe does not know the fact ${want.fact}`))
  const commands: string[] = []
  const run = pass.runFor(asked.end.signal)
  const noting: Run = (argv, runOptions) => {
    commands.push(commandText(argv))
    return run(argv, runOptions)
  }
  const late = (why: string): Observation => unseen(want, fact.version, startedAt, now() - startedAt, [...new Set(commands)], 'timeout', `${fact.id} ${why}`)
  const seen = await Promise.race([observeFact(fact, want.params, noting, now), over.then(late)])
  const records = seen.commands.flatMap(command => pass.record(command) ?? [])
  asked.told(records)
  // what has no record did not end, or was not run: it is no proof of anything
  options.onObservation({ ...seen, commands: records.map(record => commandText(record.argv)) })
}

function unseen(want: Want, version: number, startedAt: number, ms: number, commands: readonly string[], code: FactErrorCode, message: string): Observation {
  return { ...want, version, startedAt, ms, commands, error: { code, message } }
}

/** Tells each record once. */
function tellerOf({ onRecord }: Options): (records: readonly CommandRecord[]) => void {
  const told = new Set<CommandRecord>()
  return records => {
    for (const record of records) {
      if (told.has(record)) continue
      told.add(record)
      onRecord(told.size, record)
    }
  }
}

/** Resolves with the reason when the asking is over before all was seen; its timer ends with `end`. */
function overOf(end: AbortController, { timeoutMs, signal }: Options): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const timer = setTimeout(() => resolve(`was not read within ${timeoutMs} ms`), timeoutMs)
  const cancelled = (): void => resolve('was cancelled')
  signal.addEventListener('abort', cancelled)
  if (signal.aborted) cancelled()
  end.signal.addEventListener('abort', () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', cancelled)
  })
  return promise
}
