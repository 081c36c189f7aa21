import { execa } from 'execa'
import { commandText, type FactErrorCode } from '#facts/fact.ts'
import { ended, type Limits, type Outcome, stopped } from './outcome.ts'

/** Runs a program to its end. At a limit, or when `signal` aborts, its whole process group is killed. Never rejects. */
export async function runProgram(argv: readonly string[], env: Env, limits: Limits, signal: AbortSignal, input?: string): Promise<Outcome> {
  const text = commandText(argv)
  let hit: { code: FactErrorCode; message: string } | undefined
  const child = startProgram(argv, env, limits.maxBytes, () => stop('too-long', `printed more than ${limits.maxBytes} bytes`), input)
  const stop = (code: FactErrorCode, what: string): void => {
    hit ??= { code, message: `${text} ${what}` }
    child.kill()
    gaveUp.resolve()
  }
  const gaveUp = Promise.withResolvers<void>()
  const timer = setTimeout(() => stop('timeout', `did not end within ${limits.timeoutMs} ms`), limits.timeoutMs)
  const abort = (): void => stop('timeout', 'was ended because nobody waits for it any more')
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  // a process the kernel cannot end at once must not make the asker wait
  await Promise.race([child.ended, gaveUp.promise.then(() => Promise.race([child.ended, pause(killedMs)]))])
  clearTimeout(timer)
  signal.removeEventListener('abort', abort)
  if (hit) return stopped(hit.code, hit.message, { stdout: child.stdout(), stderr: child.stderr() })
  return outcomeOf(text, await child.ended, child)
}

/** What a program that ended by itself said. */
export function outcomeOf(text: string, end: End, child: Child): Outcome {
  if (end.failure === 'ENOENT') return stopped('not-found', `${text}: there is no such program in the probe's image`)
  if (end.failure === 'EACCES' || end.failure === 'EPERM') return stopped('refused', `${text}: the kernel does not let the probe start it (${end.failure})`)
  if (end.failure !== undefined) return stopped('failed', `${text} could not be started: ${end.failure}`)
  if (end.exitCode === null) return stopped('failed', `${text} was ended by ${end.signal ?? 'a signal'}`, { stdout: child.stdout(), stderr: child.stderr() })
  return ended(end.exitCode, child.stdout(), child.stderr())
}

export type Env = Readonly<Record<string, string>>

export interface End {
  readonly exitCode: number | null
  readonly signal?: string
  /** errno name, when it did not start */
  readonly failure?: string
}

export interface Child {
  /** settles when the program ended and its pipes are closed; never rejects */
  readonly ended: Promise<End>
  /** the first `maxBytes` of what came so far */
  stdout(): string
  stderr(): string
  /** SIGKILL to the program and all it started */
  kill(): void
}

/**
 * Starts a program: no shell, no standard input but what is given, a process group of its own, nothing of the probe's environment. Both pipes are read to
 * their end whatever comes; beyond `maxBytes` of stdout (64 kB of stderr) it is read and thrown away, and `onOverflow` is told once.
 */
export function startProgram([program = '', ...args]: readonly string[], env: Env, maxBytes: number, onOverflow: () => void, input?: string): Child {
  const child = execa(program, args, {
    env, extendEnv: false, ...(input === undefined ? { stdin: 'ignore' } : { input }), stdout: 'pipe', stderr: 'pipe',
    // execa itself must neither keep the output nor end the program: who may end it is decided here
    buffer: false, encoding: 'buffer', detached: true, cleanup: false, reject: false, stripFinalNewline: false,
  })
  const stdout = collect(child.stdout, maxBytes, onOverflow)
  const stderr = collect(child.stderr, stderrBytes, () => {})
  return {
    ended: child.then(result => ({
      exitCode: result.exitCode ?? null,
      ...(result.signal !== undefined && { signal: result.signal }),
      ...(result.exitCode === undefined && result.signal === undefined && { failure: result.code ?? result.shortMessage ?? 'unknown reason' }),
    })),
    stdout,
    stderr,
    kill: () => {
      if (child.pid !== undefined) killGroup(child.pid)
    },
  }
}

function collect(stream: NodeJS.ReadableStream, maxBytes: number, onOverflow: () => void): () => string {
  const chunks: Buffer[] = []
  let kept = 0
  let overflowed = false
  stream.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, maxBytes - kept)
    if (part.length > 0) chunks.push(part)
    kept += part.length
    if (part.length === chunk.length || overflowed) return
    overflowed = true
    onOverflow()
  })
  stream.on('error', () => {})
  return () => Buffer.concat(chunks).toString('utf8')
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const stderrBytes = 64 * 1024
const killedMs = 1000

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
