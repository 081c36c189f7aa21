import type { Limits, Outcome } from './outcome.ts'

export interface IpBatchOptions {
  /** runs one program when there is room for it; `input` is its standard input */
  readonly run: (argv: readonly string[], limits: Limits, signal: AbortSignal, input?: string) => Promise<Outcome>
}

interface Asked {
  readonly argv: readonly string[]
  readonly limits: Limits
  readonly until: AbortSignal
  readonly answer: (outcome: Outcome | Promise<Outcome>) => void
}

/**
 * `ip` reads that are asked for together run as one process (`ip OPTIONS -force -batch -`): starting a program is what costs the pod, not reading.
 * Each asker gets what its own command prints. Where the batch says anything but one JSON line, or the kernel's no, per command, every command runs alone.
 */
export class IpBatch {
  readonly #options: IpBatchOptions
  #waiting: Asked[] = []

  constructor(options: IpBatchOptions) {
    this.#options = options
  }

  /** Whether a command prints one line of JSON and may share a process: `ip -j … OBJECT …`. */
  static takes(argv: readonly string[]): boolean {
    return argv[0] === 'ip' && argv[1] === '-j' && argv.slice(1).every(word => /^[\w.:@-]+$/.test(word))
  }

  ask(argv: readonly string[], limits: Limits, until: AbortSignal): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    this.#waiting.push({ argv, limits, until, answer: resolve })
    if (this.#waiting.length === 1) setImmediate(() => this.#flush())
    return promise
  }

  #flush(): void {
    const groups = Map.groupBy(this.#waiting.splice(0), ({ argv }) => optionsOf(argv).join(' '))
    for (const group of groups.values()) {
      this.#runGroup(group).catch(error => {
        for (const { answer } of group) answer(Promise.reject(error))
      })
    }
  }

  async #runGroup(group: readonly Asked[]): Promise<void> {
    const [first] = group
    if (!first) return
    if (group.length > 1) {
      const options = optionsOf(first.argv)
      const limits = { timeoutMs: Math.max(...group.map(({ limits: own }) => own.timeoutMs)), maxBytes: group.reduce((sum, { limits: own }) => sum + own.maxBytes, 0) }
      const lines = group.map(({ argv }) => argv.slice(1 + options.length).join(' '))
      const outcome = await this.#options.run(['ip', ...options, '-force', '-batch', '-'], limits, whenAll(group), `${lines.join('\n')}\n`)
      const answers = answersOf(outcome, group.length)
      if (answers && group.every(({ limits: own }, index) => (answers[index]?.stdout.length ?? 0) <= own.maxBytes)) {
        for (const [index, { answer }] of group.entries()) answer(answers[index] as Outcome)
        return
      }
    }
    for (const { argv, limits, until, answer } of group) answer(this.#options.run(argv, limits, until))
  }
}

/**
 * What each of `count` commands came to, or undefined where that cannot be told. With `-force` a command that the kernel refuses leaves two
 * lines on stderr, `RTNETLINK answers: …` and `Command failed -:LINE`, and the rest go on (iproute2 6.1); alone it would end with 2.
 */
function answersOf({ exitCode, stdout, stderr, error }: Outcome, count: number): Outcome[] | undefined {
  if (error || exitCode === null || exitCode > 1) return undefined
  const refusals = [...stderr.matchAll(/^(RTNETLINK answers: .+\n)Command failed -:(\d+)\n/gm)]
  const refused = new Map(refusals.map(([, said = '', line]) => [Number(line), said]))
  const printed = stdout.split('\n').slice(0, -1)
  if (printed.length + refused.size !== count || refusals.map(([whole]) => whole).join('') !== stderr) return undefined
  return Array.from({ length: count }, (_, index) => {
    const said = refused.get(index + 1)
    return said === undefined ? { exitCode: 0, stdout: `${printed.shift()}\n`, stderr: '' } : { exitCode: 2, stdout: '', stderr: said }
  })
}

/** The options between `ip` and its object. */
function optionsOf(argv: readonly string[]): readonly string[] {
  const rest = argv.slice(1)
  return rest.slice(0, rest.findIndex(word => !word.startsWith('-')))
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
