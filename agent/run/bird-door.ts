import { commandText, FactError, type FactErrorCode } from '#facts/fact.ts'
import { bfdListingIsRisky, listsBfdSessions } from './bird-commands.ts'
import { type BirdLimits, BirdSession } from './bird-session.ts'
import { birdSocketPaths } from './bird-sockets.ts'
import { ended, type Limits, type Outcome, stopped } from './outcome.ts'

export interface BirdDoorOptions {
  /** control sockets to try first */
  readonly sockets: readonly string[]
  /** `/proc` */
  readonly proc: string
  readonly limits: BirdLimits
  /** how long a connection may be unused before it is closed */
  readonly idleMs: number
}

/**
 * `birdc COMMAND` without birdc: one connection at a time, kept for the commands of a pass. What failed in a pass stays failed in it:
 * a BIRD that hangs is waited for once, and two facts tell one story. The caller asks one at a time, only what birdCommandAllowed allows.
 */
export class BirdDoor {
  readonly #options: BirdDoorOptions
  #session: BirdSession | undefined
  #idle: NodeJS.Timeout | undefined
  /** by pass */
  readonly #memory = new WeakMap<object, { failure?: FactError; listedBfd?: boolean }>()

  constructor(options: BirdDoorOptions) {
    this.#options = options
  }

  /** The record's stdout is BIRD's welcome line and its coded reply; exit code 1 where BIRD answered with an error, as birdc's. Never rejects. */
  async ask(argv: readonly string[], limits: Limits, pass: object): Promise<Outcome> {
    const memory = this.#memory.get(pass) ?? {}
    this.#memory.set(pass, memory)
    clearTimeout(this.#idle)
    try {
      if (memory.failure) throw memory.failure
      return await this.#answer(argv.slice(1).join(' '), limits, memory)
    } catch (error) {
      if (!(error instanceof FactError)) throw error
      if (error.code !== 'too-long' && !(error instanceof Declined)) memory.failure = error
      return stopped(error.code, `${commandText(argv)}: ${error.message}`)
    } finally {
      this.#idle = setTimeout(() => this.close(), this.#options.idleMs).unref()
    }
  }

  close(): void {
    clearTimeout(this.#idle)
    this.#session?.close()
    this.#session = undefined
  }

  async #answer(command: string, limits: Limits, memory: { listedBfd?: boolean }): Promise<Outcome> {
    const session = await this.#connected()
    if (listsBfdSessions(command) && bfdListingIsRisky(session.version)) {
      if (memory.listedBfd) throw new Declined('refused', `BIRD ${session.version} may abort when BFD sessions are listed; it was asked once in this pass already`)
      memory.listedBfd = true
    }
    const { replyMs } = this.#options.limits
    const { code, text } = await session.ask(command, Math.min(limits.timeoutMs, replyMs), limits.maxBytes)
    return ended(code >= firstError ? 1 : 0, session.welcome + text)
  }

  async #connected(): Promise<BirdSession> {
    if (this.#session?.open) return this.#session
    this.close()
    const tried: string[] = []
    let refusal: FactError | undefined
    for await (const path of birdSocketPaths(this.#options.sockets, this.#options.proc)) {
      tried.push(path)
      try {
        this.#session = await BirdSession.open(path, this.#options.limits)
        return this.#session
      } catch (error) {
        const { code, message } = meaningOf(error, path)
        if (code !== 'not-found' && !(error as { code?: string }).code?.startsWith('ECONN')) throw new FactError(code, message, { cause: error })
        // a stale socket may stand beside a live one
        if (code !== 'not-found') refusal ??= new FactError(code, message, { cause: error })
      }
    }
    throw refusal ?? new FactError('not-found', `no control socket at ${tried.join(', ')}: BIRD does not run, or its socket is where the probe cannot see it`)
  }
}

const firstError = 8000

/** Said no to one command only; the pass may go on asking. */
class Declined extends FactError {}

function meaningOf(error: unknown, path: string): { code: FactErrorCode; message: string } {
  if (error instanceof FactError) return error
  const errno = (error as NodeJS.ErrnoException).code ?? ''
  return { code: meanings[errno]?.code ?? 'failed', message: `${path}: ${meanings[errno]?.message ?? (error instanceof Error ? error.message : String(error))} (${errno})` }
}

/** What connect(2) answers, and what it means for BIRD (bird.md §2). */
const meanings: Readonly<Record<string, { readonly code: FactErrorCode; readonly message: string }>> = {
  ENOENT: { code: 'not-found', message: 'no such socket' },
  ENOTDIR: { code: 'not-found', message: 'no such socket' },
  ECONNREFUSED: { code: 'refused', message: 'nobody listens at the control socket: BIRD died or was killed and left it behind' },
  EAGAIN: { code: 'timeout', message: 'BIRD does not take new connections: it hangs, and others wait already' },
  EACCES: { code: 'refused', message: 'the probe may not open the control socket' },
  EPERM: { code: 'refused', message: 'the probe may not open the control socket' },
}
