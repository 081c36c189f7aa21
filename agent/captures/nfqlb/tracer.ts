import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, readSync, statfsSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Refusal } from './balancer.ts'

export interface TracerOptions {
  readonly path: string
  readonly env: Readonly<Record<string, string>>
  /** where its output may lie: the first that is in memory */
  readonly folders: readonly string[]
  readonly bytes: number
  readonly seconds: number
}

/**
 * `nfqlb trace`, written into a file in memory that has no name and a greatest length, and read from there: nothing a reader does, or fails to do, holds up the load
 * balancer's packets. Ended only once it is active: one that waits for another and dies takes the load balancer along (nfqlb.md §1). `timeout`
 * ends it, should the probe not come to it.
 */
export class Tracer {
  /** resolves with what it complained of when it has ended */
  readonly ended: Promise<string>
  hasEnded = false
  readonly #file: number
  readonly #child: ChildProcess
  #read = 0
  /** the trace mask its header told, and when */
  #active: { readonly mask: number; readonly at: number } | undefined

  constructor({ path, env, folders, bytes, seconds }: TracerOptions) {
    this.#file = fileInMemory(folders)
    // the niceness of the pod's own programs: it must keep up with them
    const args = ['-n', '-10', 'timeout', '-s', 'KILL', String(seconds), 'prlimit', `--fsize=${bytes}:${bytes}`, 'nfqlb', 'trace', '--selection=flows']
    this.#child = spawn('nice', args, { env: { ...env, PATH: path, LC_ALL: 'C' }, stdio: ['ignore', this.#file, 'pipe'], detached: true })
    let said = ''
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => { said = (said + text).slice(-500) })
    const { promise, resolve } = Promise.withResolvers<string>()
    this.ended = promise
    this.#child.on('error', error => resolve(error.message))
    this.#child.on('close', (code, signal) => resolve(said.trim() || `it ended with ${code ?? signal}`))
    void promise.then(() => { this.hasEnded = true })
  }

  /** What it has printed since, whole lines. */
  read(): Buffer {
    const bytes = Buffer.alloc(chunkBytes)
    const count = readSync(this.#file, bytes, 0, chunkBytes, this.#read)
    const lines = bytes.subarray(0, bytes.subarray(0, count).lastIndexOf(10) + 1)
    this.#read += lines.length
    return lines
  }

  /** Resolves with the mask the load balancer traces by. @throws {Refusal} when it does not begin; then it has ended, or is left waiting */
  async active(): Promise<number> {
    for (const end = performance.now() + headerMs; !this.#active && !this.hasEnded && performance.now() < end; await delay(pollMs)) this.#lookForHeader()
    if (this.#active) return this.#active.mask
    throw new Refusal(this.hasEnded ? `nfqlb trace: ${await this.ended}` : 'the load balancer does not say that it traces: its tracer is left until it does')
  }

  /** Resolves when it has ended. Waits until it may be ended, for as long as that takes. Safe twice. */
  async end(): Promise<void> {
    if (!this.#active && !this.hasEnded) await this.#leave()
    if (!this.hasEnded) {
      await delay(Math.max(0, this.#active!.at + leastMs - performance.now()))
      kill(-this.#child.pid!)
    }
    await this.ended
    closeSync(this.#file)
  }

  /** Takes the watchdog away: it does not ask whether the tracer is active. */
  async #leave(): Promise<void> {
    const watchdog = this.#child.pid
    if (watchdog !== undefined && childrenOf(watchdog).length > 0) kill(watchdog)
    while (!this.#active && !this.hasEnded) {
      this.#lookForHeader()
      await delay(pollMs)
    }
  }

  #lookForHeader(): void {
    const bytes = Buffer.alloc(200)
    const header = /^Trace active, mask=0x(\w+)$/m.exec(bytes.toString('latin1', 0, readSync(this.#file, bytes, 0, 200, 0)))
    if (header) this.#active = { mask: Number.parseInt(header[1]!, 16), at: performance.now() }
  }
}

function fileInMemory(folders: readonly string[]): number {
  const folder = folders.find(known => statfsSync(known).type === tmpfs)
  if (folder === undefined) throw new Refusal(`none of ${folders.join(', ')} is in memory: a disk that is slow would hold up the load balancer`)
  const name = join(folder, `trenchscope-${process.pid}-${Date.now()}`)
  const file = openSync(name, 'wx+', 0o600)
  unlinkSync(name)
  return file
}

/** of a process that has one thread */
function childrenOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  } catch {
    return '' // it has ended
  }
}

/** `pid` below 0: a process group. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** TMPFS_MAGIC (linux/magic.h) */
const tmpfs = 0x01021994
const chunkBytes = 64 << 10
const pollMs = 20
/** for `Trace active` */
const headerMs = 5000
/** from then, before it may be ended (nfqlb.md §8, rule 6) */
const leastMs = 150
