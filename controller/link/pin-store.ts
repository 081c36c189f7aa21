import { mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { replaceFile, Writes } from '../replace-file.ts'

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
  readonly #pins: Map<string, Pin>
  readonly #writes: Writes

  /** @throws when the file is there and cannot be read */
  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    this.#pins = new Map(read(file).map(pin => [pin.session, pin]))
    this.#writes = new Writes(() => replaceFile(file, JSON.stringify(this.load(), null, 1)))
  }

  load(): readonly Pin[] {
    return [...this.#pins.values()]
  }

  save(pin: Pin): Promise<void> {
    this.#pins.set(pin.session, pin)
    return this.#writes.next()
  }

  drop(session: string): Promise<void> {
    return this.#pins.delete(session) ? this.#writes.next() : Promise.resolve()
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
