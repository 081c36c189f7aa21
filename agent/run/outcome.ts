import type { CommandRecord, FactErrorCode } from '#facts/fact.ts'

/** What came of a command, before it is known when it ran and how long. */
export type Outcome = Pick<CommandRecord, 'exitCode' | 'stdout' | 'stderr' | 'error'>

export function ended(exitCode: number | null, stdout: string, stderr = ''): Outcome {
  return { exitCode, stdout, stderr }
}

/** It did not end by itself, or was not run at all. `said`: what came before. */
export function stopped(code: FactErrorCode, message: string, said: { stdout?: string; stderr?: string } = {}): Outcome {
  return { exitCode: null, stdout: said.stdout ?? '', stderr: said.stderr ?? '', error: { code, message } }
}

/** What an asker is ready to wait for and to hold, with fact.ts's defaults. */
export interface Limits {
  readonly timeoutMs: number
  readonly maxBytes: number
}

export const defaultLimits: Limits = { timeoutMs: 5000, maxBytes: 1 << 20 }

/** Answers `timeout` for work in the probe itself that takes longer; the work is told by its signal. */
export async function within(limits: Limits, text: string, work: (deadline: AbortSignal) => Promise<Outcome>): Promise<Outcome> {
  const controller = new AbortController()
  const late = Promise.withResolvers<Outcome>()
  const timer = setTimeout(() => {
    late.resolve(stopped('timeout', `${text} did not end within ${limits.timeoutMs} ms`))
    controller.abort()
  }, limits.timeoutMs)
  try {
    return await Promise.race([work(controller.signal), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
