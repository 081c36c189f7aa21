import { promises } from 'node:fs'
import { commandText } from '#facts/fact.ts'
import { parseNfnetlinkQueue } from '#parsers/nfnetlink-queue.ts'
import { type Limits, type Outcome, stopped } from './outcome.ts'
import { type Env, outcomeOf, startProgram } from './spawn.ts'

export interface NfqlbGuardOptions {
  readonly env: Env
  /** the kernel's list of netfilter queues */
  readonly queueFile: string
  /** packets a queue holds; Meridio starts nfqlb with --qlength=1024 */
  readonly queueLimit: number
}

/**
 * Asks the load balancer itself, through the nfqlb client. A client that goes away before it has read its answer kills the load balancer
 * (SIGPIPE), and a second one in line makes it worse (nfqlb.md §1, §8). So a client is started only while no queue is near its limit and
 * none is in flight, is never ended by anyone, and is read to its end whatever it prints. The caller asks one at a time.
 */
export class NfqlbGuard {
  readonly #options: NfqlbGuardOptions
  #client: { readonly text: string; readonly ended: Promise<void> } | undefined

  constructor(options: NfqlbGuardOptions) {
    this.#options = options
  }

  async ask(argv: readonly string[], limits: Limits): Promise<Outcome> {
    const text = commandText(argv)
    if (this.#client) return stopped('refused', `${text} was not run: an earlier client (${this.#client.text}) still waits for the load balancer's answer`)
    const done = Promise.withResolvers<void>()
    this.#client = { text, ended: done.promise }
    const free = (): void => {
      this.#client = undefined
      done.resolve()
    }
    const stalled = await this.#stalled()
    if (!stalled) return readWhole(argv, this.#options.env, limits, free)
    free()
    return stopped('refused', `${text} was not run: ${stalled}`)
  }

  /** Resolves when no client is in flight. */
  async idle(): Promise<void> {
    while (this.#client) await this.#client.ended
  }

  /** Why the load balancer must not be asked now. A queue nobody is bound to is not listed: there is nobody to harm then. */
  async #stalled(): Promise<string | undefined> {
    const { queueFile, queueLimit } = this.#options
    try {
      const full = parseNfnetlinkQueue(await promises.readFile(queueFile, 'utf8')).find(({ waiting }) => waiting >= queueLimit * 0.9)
      return full && `queue ${full.queue} holds ${full.waiting} of ${queueLimit} packets: the load balancer is stalled, and asking it now may end it`
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      return `${queueFile} cannot be read, so nobody knows whether the load balancer is stalled: ${error instanceof Error ? error.message : error}`
    }
  }
}

/** Answers at the limits, but lets the client go on to its end and calls `free` only then. */
async function readWhole(argv: readonly string[], env: Env, limits: Limits, free: () => void): Promise<Outcome> {
  const text = commandText(argv)
  let overflowed = false
  const child = startProgram(argv, env, limits.maxBytes, () => {
    overflowed = true
  })
  const ended = child.ended.finally(free)
  const late = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => late.resolve(undefined), limits.timeoutMs)
  const end = await Promise.race([ended, late.promise])
  clearTimeout(timer)
  const said = { stdout: child.stdout(), stderr: child.stderr() }
  if (!end) return stopped('timeout', `${text} did not end within ${limits.timeoutMs} ms: the load balancer does not answer; its client is left running`, said)
  if (overflowed) return stopped('too-long', `${text} printed more than ${limits.maxBytes} bytes`, said)
  return outcomeOf(text, end, child)
}
