import { BirdError } from '#parsers/bird-reply.ts'
import { commandText, FactError, type Run } from './fact.ts'

/** Asks BIRD one thing and reads what it says. @throws {FactError} as `readBird` */
export async function askBird<T>(run: Run, argv: readonly string[], parse: (text: string) => T): Promise<T> {
  return readBird(argv, await fetchBird(run, argv), parse)
}

/** What BIRD says. `birdc` ends with 1 when BIRD said no (not before 2.14), so 1 is an answer too, and `readBird` tells. */
export function fetchBird(run: Run, argv: readonly string[]): Promise<string> {
  return run(argv, { exitCodes: [0, 1], output: 'all' })
}

/** @throws {FactError} `refused` for what a restricted session may not do, `failed` for any other no, with BIRD's code and words */
export function readBird<T>(argv: readonly string[], text: string, parse: (text: string) => T): T {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof BirdError)) throw error
    throw new FactError(error.code === accessDenied ? 'refused' : 'failed', `${commandText(argv)} was answered with ${error.code ?? 'no code'}: ${error.message}`, { cause: error })
  }
}

const accessDenied = 8007
