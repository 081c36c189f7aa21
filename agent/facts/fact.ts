/** What a fact may be asked with: flat, JSON, validated by the fact itself before anything runs. */
export type Params = Readonly<Record<string, string | number | boolean | readonly string[]>>

/**
 * The only door of a fact to the world. Resolves with the command's standard output.
 * `argv` is what an operator would type; the probe answers `cat`, `sysctl`, `birdc` and, where it can, `ls` itself and spawns the rest, never through a shell.
 * @throws {FactError} when the command could not be run, ended with a code not in `exitCodes`, or hit a limit
 */
export type Run = (argv: readonly string[], options?: RunOptions) => Promise<string>

export interface RunOptions {
  /** exit codes that are an answer; default [0] */
  exitCodes?: readonly number[]
  /** default 5000 */
  timeoutMs?: number
  /** of stdout; default 1 MiB */
  maxBytes?: number
  /** what the answer is; default `stdout`. `all`: stdout, then stderr, for tools that say no on stderr */
  output?: 'stdout' | 'all'
}

/** Where a row stands in the recorded output of `command` (default: the fact's first command). */
export interface Located {
  /** the command as `commandText` prints it */
  command?: string
  /** 1-based line of text output */
  line?: number
  /** RFC 6901 pointer into JSON output */
  pointer?: string
}

export interface Fact<P extends Params = Params, D = unknown> {
  /** kebab-case; travels on the wire instead of command lines */
  readonly id: string
  /** raised when the shape of the data changes; the controller then reads old transcripts again */
  readonly version: number
  /** Normalises and checks parameters from the wire. @throws {FactError} `refused` on anything unexpected. Absent: the fact takes none. */
  readonly params?: (given: Params) => P
  readonly read: (run: Run, params: P) => Promise<D>
}

export function defineFact<D, P extends Params = Params>(fact: Fact<P, D>): Fact<P, D> {
  return Object.freeze(fact)
}

/** Any fact, where its types do not matter: registries, planners, the wire. */
// biome-ignore lint: parameters are contravariant, so only `any` accepts every fact
export type AnyFact = Fact<any, any>

/** `unsupported`: the probe is older than the fact. The rest: style.md, Errors. */
export type FactErrorCode = 'not-found' | 'failed' | 'timeout' | 'too-long' | 'unreadable' | 'refused' | 'gone' | 'unsupported'

/** Why a fact could not be read; travels as data, `{ code, message }`. */
export class FactError extends Error {
  readonly code: FactErrorCode
  constructor(code: FactErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'FactError'
    this.code = code
  }
}

/** One command as it ran in the pod. Recorded once per pass, whatever number of facts look at it. */
export interface CommandRecord {
  readonly argv: readonly string[]
  /** null when the command did not end by itself; see `error` */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** Unix ms, the pod's clock */
  readonly startedAt: number
  readonly ms: number
  readonly error?: { readonly code: FactErrorCode; readonly message: string }
}

/** A fact, seen in a pod, at a time. `commands` names its records (`commandText`), in the order they were first asked for. */
export interface Observation<D = unknown> {
  readonly fact: string
  readonly version: number
  readonly params: Params
  readonly startedAt: number
  readonly ms: number
  readonly commands: readonly string[]
  readonly data?: D
  readonly error?: { readonly code: FactErrorCode; readonly message: string }
}

/** Identity of a command within a pass, and how it is shown: arguments that are not plain words are single-quoted. */
export function commandText(argv: readonly string[]): string {
  return argv.map(word => (/^[\w@%+=:,./*-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ')
}

/** Identity of an observation within a pod and a pass: the fact and its canonical parameters. */
export function factKey(id: string, params: Params): string {
  const names = Object.keys(params).sort()
  return names.length === 0 ? id : `${id} ${JSON.stringify(Object.fromEntries(names.map(name => [name, params[name]])))}`
}
