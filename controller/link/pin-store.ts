import { mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { replaceFile } from './replace-file.ts'

/** Which process may speak for a session: what the kubelet's log said, once. */
export interface Pin {
  readonly session: string
  /** `namespace/name` */
  readonly pod: string
  readonly podUid: string
  readonly container: string
  /** of the status entry the log was read from; a container that was started again has another */
  readonly containerId: string
  /** raw Ed25519 public key, base64url */
  readonly key: string
}

/** Keeps pins over restarts of the controller, so that running probes are taken over without a new injection. */
export interface PinStore {
  load(): readonly Pin[]
  /** replaces the pin of the same session; resolves when it is on disk */
  save(pin: Pin): Promise<void>
  drop(session: string): Promise<void>
}

/** A JSON file, replaced as a whole; what is saved while it is being written goes into the next write. */
export class PinFile implements PinStore {
  readonly #file: string
  readonly #pins: Map<string, Pin>
  /** the write that has not begun */
  #waiting: Promise<void> | undefined
  #last: Promise<void> = Promise.resolve()

  /** @throws when the file is there and cannot be read */
  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    this.#file = file
    this.#pins = new Map(read(file).map(pin => [pin.session, pin]))
  }

  load(): readonly Pin[] {
    return [...this.#pins.values()]
  }

  save(pin: Pin): Promise<void> {
    this.#pins.set(pin.session, pin)
    return this.#write()
  }

  drop(session: string): Promise<void> {
    return this.#pins.delete(session) ? this.#write() : Promise.resolve()
  }

  #write(): Promise<void> {
    this.#waiting ??= this.#last.then(() => {
      this.#waiting = undefined
      return replaceFile(this.#file, JSON.stringify(this.load(), null, 1))
    })
    this.#last = this.#waiting.catch(() => undefined)
    return this.#waiting
  }
}

function read(file: string): Pin[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Pin[]
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return []
    throw new Error(`${file} does not hold pins`, { cause: error })
  }
}
