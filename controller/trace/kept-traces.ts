import { createWriteStream, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { replaceFileSync } from '../replace-file.ts'
import type { Log } from '../log.ts'
import type { EndedEvent } from './events.ts'
import type { Trace } from './trace.ts'

/** What is kept of a trace that has ended. Times are Unix ms of the controller. */
export interface KeptTrace {
  readonly id: string
  readonly state: 'ended'
  /** `namespace/name` */
  readonly trench: string
  /** of the trench and its pods */
  readonly namespaces: readonly string[]
  readonly filter: string
  readonly startedBy: string
  readonly startedAt: number
  readonly endedAt: number
  /** labels of its interfaces, as `ended` counts them */
  readonly taps: readonly string[]
  /** its last event: outcomes, ledger, findings */
  readonly ended: EndedEvent
  /** of its capture file, where one was asked for */
  readonly bytes?: number
  /** why the file is not whole */
  readonly incomplete?: string
}

/** Traces that have ended, on the disk: of each its last event, with findings and ledger; its capture file when that was asked for. The oldest give way. */
export class KeptTraces {
  readonly #dir: string
  readonly #log: Log
  readonly #kept = new Map<string, KeptTrace>()
  readonly #open = new Set<Promise<void>>()

  /** Makes the folder if it is absent, readable by the owner alone, and removes files of traces that the last controller did not come to end. */
  constructor({ dir, log }: { readonly dir: string; readonly log: Log }) {
    this.#dir = dir
    this.#log = log
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const read = readdirSync(dir).flatMap(name => (name.endsWith('.json') ? this.#read(join(dir, name)) : []))
    for (const kept of read.sort((a, b) => a.endedAt - b.endedAt)) this.#kept.set(kept.id, kept)
    for (const name of readdirSync(dir)) if (!this.#kept.has(name.replace(/\.\w+$/, ''))) rmSync(join(dir, name))
  }

  /** Keeps a trace that has begun, when it ends; its packets, too, when `file`. */
  follow(trace: Trace, { file, ...about }: { readonly namespaces: readonly string[]; readonly startedBy: string; readonly file: boolean }): void {
    const written = file ? this.#write(trace) : undefined
    const over = (async () => {
      const ended = await trace.ended
      const incomplete = await written
      if (!ended) return this.#remove(trace.id)
      const { id, trench, filter, startedAt, taps } = trace
      this.#save({
        id, state: 'ended', trench, filter, startedAt, ...about, endedAt: Date.now(), taps: taps.map(({ label }) => label), ended,
        ...(file && { bytes: statSync(this.file(id)).size }), ...(incomplete !== undefined && { incomplete }),
      })
    })().catch(error => this.#log.error({ err: error, trace: trace.id }, 'trace not kept')).finally(() => this.#open.delete(over))
    this.#open.add(over)
  }

  /** oldest first */
  list(): readonly KeptTrace[] {
    return [...this.#kept.values()]
  }

  find(id: string): KeptTrace | undefined {
    return this.#kept.get(id)
  }

  /** The capture file of a kept trace that has `bytes`. */
  file(id: string): string {
    return join(this.#dir, `${id}.pcapng`)
  }

  /** Resolves when all that have ended are kept. */
  async close(): Promise<void> {
    await Promise.all(this.#open)
  }

  /** Resolves with why it is not whole. */
  async #write(trace: Trace): Promise<string | undefined> {
    let bytes = 0
    let incomplete: string | undefined
    const bounded = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.length
        if (bytes <= mostFileBytes) return done(null, chunk)
        incomplete ??= `beyond ${mostFileBytes} bytes nothing was kept`
        done()
      },
    })
    try {
      await pipeline(trace.attach('pcapng', { isWatcher: false }), bounded, createWriteStream(this.file(trace.id), { mode: 0o600 }))
    } catch (error) {
      incomplete = (error as Error).message
    }
    return incomplete
  }

  #save(kept: KeptTrace): void {
    replaceFileSync(join(this.#dir, `${kept.id}.json`), JSON.stringify(kept))
    this.#kept.set(kept.id, kept)
    let bytes = 0
    for (const [index, old] of this.list().toReversed().entries()) {
      bytes += old.bytes ?? 0
      if (index >= mostKept || (index > 0 && bytes > mostKeptBytes)) this.#remove(old.id)
    }
  }

  #remove(id: string): void {
    this.#kept.delete(id)
    for (const kind of ['json', 'pcapng']) rmSync(join(this.#dir, `${id}.${kind}`), { force: true })
  }

  #read(path: string): KeptTrace[] {
    try {
      return [JSON.parse(readFileSync(path, 'utf8')) as KeptTrace]
    } catch (error) {
      this.#log.warn({ err: error, path }, 'kept trace not read')
      return []
    }
  }
}

const mostFileBytes = 256 << 20
const mostKept = 200
const mostKeptBytes = 1 << 30
