import { type AnyFact, type CommandRecord, commandText, FactError, type Observation, type Params, type Run, type RunOptions } from './fact.ts'

/**
 * Reads one fact through `run` and says what came of it; never rejects: a fact that breaks on what it reads is `unreadable`, and ends neither the ask nor the sweep.
 * `now` is Unix ms.
 */
export async function observeFact(fact: AnyFact, given: Params, run: Run, now: () => number): Promise<Observation> {
  const startedAt = now()
  const commands: string[] = []
  const recording: Run = (argv, options) => {
    const text = commandText(argv)
    if (!commands.includes(text)) commands.push(text)
    return run(argv, options)
  }
  const base = { fact: fact.id, version: fact.version, startedAt }
  try {
    const params = checkedParams(fact, given)
    const data = await fact.read(recording, params)
    return { ...base, params, ms: now() - startedAt, commands, data }
  } catch (error) {
    return { ...base, params: given, ms: now() - startedAt, commands, error: asFactError(fact, error) }
  }
}

function checkedParams(fact: AnyFact, given: Params): Params {
  if (fact.params) return fact.params(given)
  const names = Object.keys(given)
  if (names.length > 0) throw new FactError('refused', `${fact.id} takes no parameters, got ${names.join(', ')}`)
  return given
}

function asFactError({ id }: AnyFact, error: unknown): NonNullable<Observation['error']> {
  if (error instanceof FactError) return { code: error.code, message: error.message }
  if (error instanceof SyntaxError) return { code: 'unreadable', message: error.message }
  return { code: 'unreadable', message: `${id} itself failed: ${error instanceof Error ? error.message : String(error)}` }
}

/** A `run` that answers from recorded commands: tests, and snapshots judged again. @throws {FactError} as the command did, `not-found` for what was never run */
export function replay(records: Iterable<CommandRecord>): Run {
  const byText = new Map([...records].map(record => [commandText(record.argv), record]))
  return async (argv, options) => {
    const text = commandText(argv)
    const record = byText.get(text)
    if (!record) throw new FactError('not-found', `${text} was not recorded`)
    return answerOf(record, options)
  }
}

/** What `run` resolves with for a command that ran. @throws {FactError} */
export function answerOf(record: CommandRecord, options: RunOptions = {}): string {
  const text = commandText(record.argv)
  if (record.error) throw new FactError(record.error.code, record.error.message)
  if (record.exitCode === null || !(options.exitCodes ?? [0]).includes(record.exitCode)) {
    const said = (record.stderr.trim() || record.stdout.trim()).split('\n')[0] ?? ''
    throw new FactError('failed', `${text} ended with ${record.exitCode}: ${said}`)
  }
  return options.output === 'all' ? record.stdout + record.stderr : record.stdout
}
