import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFileSync } from '../replace-file.ts'
import type { RingRecord } from './ring-record.ts'

/** Rings on the disk: a record each, and of a frozen one the packets and the events of a trace over them. */
export class RingFiles {
  readonly #dir: string

  /** Makes the folder if it is absent, readable by the owner alone. */
  constructor(dir: string) {
    this.#dir = dir
    mkdirSync(dir, { recursive: true, mode: 0o700 })
  }

  /** What the last controller left, oldest first. A record that cannot be read is removed with its files. */
  load(): readonly RingRecord[] {
    const ids = readdirSync(this.#dir).flatMap(name => /^([-\w]+)\.json$/.exec(name)?.[1] ?? [])
    return ids.flatMap(id => {
      try {
        return [JSON.parse(readFileSync(this.#path(id, 'json'), 'utf8')) as RingRecord]
      } catch {
        this.remove(id)
        return []
      }
    }).sort((a, b) => a.armedAt - b.armedAt)
  }

  save(record: RingRecord): void {
    replaceFileSync(this.#path(record.id, 'json'), JSON.stringify(record))
  }

  remove(id: string): void {
    for (const kind of ['json', 'pcapng', 'ndjson'] as const) rmSync(this.#path(id, kind), { force: true })
  }

  of(id: string): { readonly packets: string; readonly events: string } {
    return { packets: this.#path(id, 'pcapng'), events: this.#path(id, 'ndjson') }
  }

  #path(id: string, kind: 'json' | 'pcapng' | 'ndjson'): string {
    return join(this.#dir, `${id}.${kind}`)
  }
}
