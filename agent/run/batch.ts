import type { Limits, Outcome } from './outcome.ts'

/** Commands of one kind that one process can answer. */
export interface BatchKind {
  /** whether a command is of this kind; it is one that may run (allowed.ts) */
  readonly takes: (argv: readonly string[]) => boolean
  /** what commands must have in common to share a process */
  readonly keyOf: (argv: readonly string[]) => string
  /** the most that share one */
  readonly most: number
  /** the process that answers them all */
  readonly together: (argvs: readonly (readonly string[])[]) => { readonly argv: readonly string[]; readonly input: string }
  /** What each command would have come to alone, in their order; undefined where that cannot be told for sure. */
  readonly split: (outcome: Outcome, argvs: readonly (readonly string[])[]) => readonly Outcome[] | undefined
}

/** Runs one program when there is room for it; `input` is its standard input. */
export type RunOne = (argv: readonly string[], limits: Limits, signal: AbortSignal, input?: string) => Promise<Outcome>

interface Asked {
  readonly argv: readonly string[]
  readonly limits: Limits
  readonly until: AbortSignal
  readonly answer: (outcome: Outcome | Promise<Outcome>) => void
}

/**
 * Commands of one kind that are asked for together run as one process: starting a program is what costs the pod, not reading.
 * Each asker gets what its own command prints. Where that cannot be told from what came, every command runs alone.
 */
export class Batch {
  readonly #kind: BatchKind
  readonly #run: RunOne
  #waiting: Asked[] = []

  constructor(kind: BatchKind, run: RunOne) {
    this.#kind = kind
    this.#run = run
  }

  takes(argv: readonly string[]): boolean {
    return this.#kind.takes(argv)
  }

  ask(argv: readonly string[], limits: Limits, until: AbortSignal): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    this.#waiting.push({ argv, limits, until, answer: resolve })
    if (this.#waiting.length === 1) setImmediate(() => this.#flush())
    return promise
  }

  #flush(): void {
    for (const group of Map.groupBy(this.#waiting.splice(0), ({ argv }) => this.#kind.keyOf(argv)).values()) {
      while (group.length > 0) this.#start(group.splice(0, this.#kind.most))
    }
  }

  #start(group: readonly Asked[]): void {
    this.#runGroup(group).catch(error => {
      for (const { answer } of group) answer(Promise.reject(error))
    })
  }

  async #runGroup(group: readonly Asked[]): Promise<void> {
    const answers = group.length > 1 ? await this.#answersOf(group) : undefined
    for (const [index, { argv, limits, until, answer }] of group.entries()) answer(answers?.[index] ?? this.#run(argv, limits, until))
  }

  async #answersOf(group: readonly Asked[]): Promise<readonly Outcome[] | undefined> {
    const argvs = group.map(({ argv }) => argv)
    const { argv, input } = this.#kind.together(argvs)
    const limits = { timeoutMs: Math.max(...group.map(({ limits: own }) => own.timeoutMs)), maxBytes: group.reduce((sum, { limits: own }) => sum + own.maxBytes, 0) }
    const answers = this.#kind.split(await this.#run(argv, limits, whenAll(group), input), argvs)
    return answers && group.every(({ limits: own }, index) => (answers[index]?.stdout.length ?? 0) <= own.maxBytes) ? answers : undefined
  }
}

/** Aborts when every asker has left. */
function whenAll(group: readonly Asked[]): AbortSignal {
  const controller = new AbortController()
  const look = (): void => {
    if (group.every(({ until }) => until.aborted)) controller.abort()
  }
  for (const { until } of group) until.addEventListener('abort', look, { once: true })
  look()
  return controller.signal
}
