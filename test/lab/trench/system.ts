import { spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface CommandOptions {
  /** written to standard input */
  readonly input?: string
  /** default 10 000; then the command is killed */
  readonly timeoutMs?: number
  /** exit codes that are an answer; default [0] */
  readonly exitCodes?: readonly number[]
}

/**
 * Runs one command to its end and gives its standard output.
 * @throws {Error} with the command, its exit code and its last words; also when it could not start or ran out of time
 */
export function command(argv: readonly string[], { input, timeoutMs = 10_000, exitCodes = [0] }: CommandOptions = {}): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const child = spawn(argv[0]!, argv.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, timeoutMs)
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text })
  child.stdin.on('error', () => {}) // a command that ends before it has read its input says why by its exit code
  child.stdin.end(input)
  child.on('error', cause => {
    clearTimeout(timer)
    reject(new Error(`${argv.join(' ')} could not be started: ${cause.message}`, { cause }))
  })
  child.on('close', (code, signal) => {
    clearTimeout(timer)
    if (code !== null && exitCodes.includes(code)) resolve(stdout)
    else reject(new Error(`${argv.join(' ')} ${late ? `did not end within ${timeoutMs} ms` : `ended with ${code ?? signal}`}: ${(stderr || stdout).trim()}`))
  })
  return promise
}

/** Starts a process that outlives this one, its output appended to `logFile`. Gives its PID. */
export function startDetached(argv: readonly string[], logFile: string): number {
  const log = openSync(logFile, 'a')
  try {
    const child = spawn(argv[0]!, argv.slice(1), { detached: true, stdio: ['ignore', log, log] })
    child.on('error', () => {}) // without a PID; told below
    if (child.pid === undefined) throw new Error(`${argv.join(' ')} could not be started`)
    child.unref()
    return child.pid
  } finally {
    closeSync(log)
  }
}

/** Asks `done` until it is true. @throws {Error} `what` and the time, when it does not become true within `timeoutMs` */
export async function until(what: string, done: () => boolean | Promise<boolean>, { timeoutMs = 5000, everyMs = 10 } = {}): Promise<void> {
  for (const end = Date.now() + timeoutMs; !(await done());) {
    if (Date.now() > end) throw new Error(`${what}: not within ${timeoutMs} ms`)
    await sleep(everyMs)
  }
}

/** Ids of the processes whose network namespace is one of `netnsPaths` (files below /run/netns). */
export function processesIn(netnsPaths: readonly string[]): number[] {
  return processesInInodes(namespaceInodes(netnsPaths))
}

/** What `/proc/PID/ns/net` of a process in one of these namespaces says; also when the files are gone later. */
export function namespaceInodes(netnsPaths: readonly string[]): Set<string> {
  return new Set(netnsPaths.flatMap(path => {
    const inode = statSync(path, { throwIfNoEntry: false })?.ino
    return inode === undefined ? [] : [`net:[${inode}]`]
  }))
}

export function processesInInodes(inodes: ReadonlySet<string>): number[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).filter(pid => inodes.has(namespaceOf(pid))).map(Number)
}

function namespaceOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`)
  } catch {
    return '' // gone, or a zombie
  }
}

/** Start time of a process, in clock ticks since boot; undefined when it is gone or only waits to be reaped. Format: proc(5), stat. */
export function processStart(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : Number(fields[19])
  } catch {
    return undefined
  }
}

/** Ends a process and waits until it is gone. */
export async function endProcess(pid: number): Promise<void> {
  signal(pid, 'SIGKILL')
  await until(`end of process ${pid}`, () => processStart(pid) === undefined)
}

/** All results; when some fail, waits for the others first, so that nothing goes on behind the error. @throws what failed first */
export async function allEnded<const T extends readonly Promise<unknown>[]>(tasks: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(tasks)
  return await Promise.all(tasks) as { -readonly [K in keyof T]: Awaited<T[K]> }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
