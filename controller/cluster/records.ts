import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { replaceFile, Writes } from '../replace-file.ts'
import type { EphemeralContainer } from './pod.ts'

/** One injection, as the API server admitted it. */
export interface InjectionRecord {
  readonly podUid: string
  /** `namespace/name` */
  readonly pod: string
  readonly entry: EphemeralContainer
  /** Unix ms */
  readonly at: number
}

/** Where injections outlive the process. `save` replaces everything. */
export interface RecordStore {
  load(): Promise<readonly InjectionRecord[]>
  save(records: readonly InjectionRecord[]): Promise<void>
}

/** Records in one JSON file, replaced in one step. A missing file is empty; @throws on one that cannot be read or is not ours */
export function fileRecords(file: string): RecordStore {
  return {
    load: async () => {
      let text: string
      try {
        text = await readFile(file, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
        throw error
      }
      const { format, records } = JSON.parse(text) as { format?: string; records?: InjectionRecord[] }
      if (format !== 'trenchscope.injections/1' || !Array.isArray(records)) throw new Error(`${file} is not a file of injections`)
      return records
    },
    save: async records => {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      await replaceFile(file, JSON.stringify({ format: 'trenchscope.injections/1', records }))
    },
  }
}

/** The records in memory, saved behind the caller's back: one write at a time, what comes meanwhile goes with the next. */
export class Records {
  readonly #held: Map<string, InjectionRecord>
  readonly #writes: Writes

  private constructor(store: RecordStore, records: readonly InjectionRecord[]) {
    this.#held = new Map(records.map(record => [keyOf(record.podUid, record.entry.name), record]))
    this.#writes = new Writes(() => store.save(this.all()))
  }

  static async open(store: RecordStore): Promise<Records> {
    return new Records(store, await store.load())
  }

  get(podUid: string, container: string): EphemeralContainer | undefined {
    return this.#held.get(keyOf(podUid, container))?.entry
  }

  all(): readonly InjectionRecord[] {
    return [...this.#held.values()]
  }

  /** Resolves when the record is on disk. @throws what the store throws */
  add(record: InjectionRecord): Promise<void> {
    this.#held.set(keyOf(record.podUid, record.entry.name), record)
    return this.#writes.next()
  }

  /** Forgets pods that are no more; written with the next record. */
  forget(podUid: string): void {
    for (const [key, record] of this.#held) if (record.podUid === podUid) this.#held.delete(key)
  }

  close(): Promise<void> {
    return this.#writes.idle()
  }
}

function keyOf(podUid: string, container: string): string {
  return `${podUid}/${container}`
}
