import { delimiter, isAbsolute } from 'node:path'
import { type CommandRecord, commandText, FactError, type RunOptions } from '#facts/fact.ts'
import { nfqlbSocketCommands, refusalOf } from './run/allowed.ts'
import { Batch, type RunOne } from './run/batch.ts'
import { BirdDoor } from './run/bird-door.ts'
import { type BirdLimits, birdLimits } from './run/bird-session.ts'
import { cat } from './run/cat.ts'
import { fpingBatch } from './run/fping-batch.ts'
import { ipBatch } from './run/ip-batch.ts'
import type { Log } from './run/log.ts'
import { ls } from './run/ls.ts'
import { NfqlbGuard } from './run/nfqlb-guard.ts'
import { defaultLimits, type Outcome, stopped } from './run/outcome.ts'
import { Pass } from './run/pass.ts'
import { lowerPriority } from './run/priority.ts'
import { redact } from './run/redact.ts'
import { Dropped, Slots } from './run/slots.ts'
import { type Env, runProgram } from './run/spawn.ts'
import { sysctl } from './run/sysctl.ts'

export type { Log } from './run/log.ts'
export { Pass } from './run/pass.ts'

export interface RunnerOptions {
  readonly log: Log
  /** Unix ms; default `Date.now` */
  readonly now?: () => number
  /** where programs are looked for; default: the image's PATH, then the usual folders */
  readonly path?: string
  /** what programs find in their environment besides PATH and LC_ALL=C; default nothing */
  readonly env?: Env
  /** BIRD's control sockets to try before those of processes called bird */
  readonly birdSockets?: readonly string[]
  readonly birdLimits?: BirdLimits
  /** how long the connection to BIRD is kept unused; default 500 */
  readonly birdIdleMs?: number
  /** where processes and queues are looked up; default `/proc` */
  readonly proc?: string
  /** nfqlb's --qlength; default 1024 */
  readonly queueLimit?: number
  /** of the probe and of all it starts, 0–19; default 10 */
  readonly niceness?: number
  readonly maxCommandsPerPass?: number
  readonly maxCharsPerPass?: number
  /** how long the records of a pass are kept after it was last asked for; default 2 minutes */
  readonly passIdleMs?: number
}

/**
 * The probe's only door to the pod. Commands are argv arrays and stand for what an operator would type; a program that is not known to
 * change nothing is refused before it is run (run/allowed.ts). At most two programs run at once, without shell, input or environment.
 * What asks BIRD or nfqlb follows rules of its own: see BirdDoor and NfqlbGuard.
 */
export class Runner {
  readonly #log: Log
  readonly #now: () => number
  readonly #env: Env
  readonly #bird: BirdDoor
  readonly #nfqlb: NfqlbGuard
  readonly #runOne: RunOne = (argv, limits, until, input) => this.#lanes.programs.use(until, () => runProgram(argv, this.#env, limits, until, input))
  readonly #batches = [ipBatch, fpingBatch].map(kind => new Batch(kind, this.#runOne))
  readonly #lanes = { programs: new Slots(2), files: new Slots(2), bird: new Slots(1), nfqlb: new Slots(1) }
  readonly #passLimits: { maxCommands: number; maxChars: number }
  readonly #passIdleMs: number
  readonly #passes = new Map<string, Pass>()
  #idle: NodeJS.Timeout | undefined
  readonly #running = new Set<AbortController>()
  #closed = false

  constructor(options: RunnerOptions) {
    const proc = options.proc ?? '/proc'
    this.#log = options.log
    this.#now = options.now ?? Date.now
    this.#env = { ...options.env, PATH: options.path ?? imagePath(), LC_ALL: 'C' }
    this.#bird = new BirdDoor({
      sockets: options.birdSockets ?? ['/var/run/bird/bird.ctl', '/run/bird/bird.ctl'],
      proc,
      limits: options.birdLimits ?? birdLimits,
      idleMs: options.birdIdleMs ?? 500,
    })
    this.#nfqlb = new NfqlbGuard({ env: this.#env, queueFile: `${proc}/net/netfilter/nfnetlink_queue`, queueLimit: options.queueLimit ?? 1024 })
    this.#passLimits = { maxCommands: options.maxCommandsPerPass ?? 1000, maxChars: options.maxCharsPerPass ?? 12 << 20 }
    this.#passIdleMs = options.passIdleMs ?? 120_000
    lowerPriority(options.niceness ?? 10)
  }

  /** The pass of that name, begun if it is new. The last two are kept, fewer where they hold more than one may. */
  pass(id: string): Pass {
    const pass = this.#passes.get(id) ?? new Pass(id, (argv, options, context) => this.#perform(argv, options, context), this.#passLimits)
    this.#passes.delete(id)
    this.#passes.set(id, pass)
    this.#forget()
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.#passes.clear(), this.#passIdleMs).unref()
    return pass
  }

  /** Ends a pass: its records are forgotten. What it started ends by its own limits. */
  end(id: string): void {
    this.#passes.delete(id)
    if (this.#passes.size === 0) this.#bird.close()
  }

  /**
   * Ends what may be ended and waits for an nfqlb client in flight, for as long as it takes: see NfqlbGuard. `podDeletion`: only for
   * a moment, the load balancer goes too. Safe twice.
   */
  async close({ podDeletion = false } = {}): Promise<void> {
    this.#closed = true
    for (const controller of this.#running) controller.abort()
    clearTimeout(this.#idle)
    this.#bird.close()
    this.#passes.clear()
    const idle = this.#nfqlb.idle()
    await (podDeletion ? Promise.race([idle, new Promise(resolve => setTimeout(resolve, podDeletionMs).unref())]) : idle)
  }

  /** Runs a client of the load balancer for a session of its trace (captures/nfqlb), in line with those of facts and by the same rules; also while the probe leaves. */
  async askNfqlb(args: readonly string[]): Promise<Outcome> {
    const never = new AbortController().signal
    return this.#lanes.nfqlb.use(never, () => this.#nfqlb.ask(['nfqlb', ...args], { timeoutMs: defaultLimits.timeoutMs, maxBytes: 4 << 20 }))
  }

  async #perform(argv: readonly string[], options: RunOptions, { controller, pass }: { controller: AbortController; pass: Pass }): Promise<CommandRecord> {
    if (this.#closed) throw new FactError('refused', `${commandText(argv)} was not run: the probe is leaving`)
    const timed = async (work: () => Promise<Outcome>): Promise<CommandRecord> => {
      const startedAt = this.#now()
      const outcome = await work()
      const record = redact({ argv, ...outcome, startedAt, ms: this.#now() - startedAt })
      this.#log.debug({ command: commandText(record.argv), ms: record.ms, exitCode: record.exitCode, code: record.error?.code }, 'command ran')
      return record
    }
    this.#running.add(controller)
    try {
      return await this.#inLane(argv, options, controller.signal, pass, timed)
    } catch (error) {
      if (!(error instanceof Dropped)) throw error
      throw new FactError('timeout', `${commandText(argv)} was not run: nobody waits for it any more`, { cause: error })
    } finally {
      this.#running.delete(controller)
    }
  }

  #inLane(argv: readonly string[], options: RunOptions, until: AbortSignal, pass: Pass, timed: (work: () => Promise<Outcome>) => Promise<CommandRecord>): Promise<CommandRecord> {
    const { programs, files, bird, nfqlb } = this.#lanes
    const limits = { timeoutMs: options.timeoutMs ?? defaultLimits.timeoutMs, maxBytes: options.maxBytes ?? defaultLimits.maxBytes }
    const refusal = refusalOf(argv)
    if (refusal !== undefined) return timed(async () => stopped('refused', `${commandText(argv)} was not run: ${refusal}`))
    if (argv[0] === 'cat') return files.use(until, () => timed(() => cat(argv, limits)))
    if (argv[0] === 'sysctl') return files.use(until, () => timed(() => sysctl(argv, limits)))
    if (argv[0] === 'ls') return timed(async () => ls(argv, limits) ?? this.#runOne(argv, limits, until))
    if (argv[0] === 'birdc') return bird.use(until, () => timed(() => this.#bird.ask(argv, limits, pass)))
    if (argv[0] === 'nfqlb' && nfqlbSocketCommands.includes(argv[1] ?? '')) {
      return nfqlb.use(until, () => programs.use(until, () => timed(() => this.#nfqlb.ask(argv, limits))))
    }
    const batch = this.#batches.find(one => one.takes(argv))
    if (batch) return timed(() => batch.ask(argv, limits, until))
    return programs.use(until, () => timed(() => runProgram(argv, this.#env, limits, until)))
  }

  #forget(): void {
    const held = (): number => [...this.#passes.values()].reduce((sum, pass) => sum + pass.chars, 0)
    for (const [id] of [...this.#passes].slice(0, -1)) {
      if (this.#passes.size > keptPasses || held() > this.#passLimits.maxChars) this.#passes.delete(id)
    }
  }
}

export function createRunner(options: RunnerOptions): Runner {
  return new Runner(options)
}

const keptPasses = 2
/** of a pod that is being deleted the probe is gone within a second */
const podDeletionMs = 800
const usualFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** Where programs are looked for: the image's PATH, then the usual folders. */
export function imagePath(): string {
  const own = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute)
  return [...new Set([...own, ...usualFolders])].join(delimiter)
}
