import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'

/** Puts a file in the place of another in one step; a crash leaves the old one or the new one. Readable by the owner alone. */
export function replaceFileSync(file: string, text: string): void {
  const fresh = openSync(`${file}.new`, 'w', 0o600)
  try {
    writeSync(fresh, text)
    fsyncSync(fresh)
  } finally {
    closeSync(fresh)
  }
  renameSync(`${file}.new`, file)
}

/** The same without making the event loop wait. Two at once on one file are the caller's to avoid. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const fresh = await open(`${file}.new`, 'w', 0o600)
  try {
    await fresh.writeFile(text)
    await fresh.sync()
  } finally {
    await fresh.close()
  }
  await rename(`${file}.new`, file)
}

/** Writes one after the other: who asks while one is under way waits for the next, which has all there is by then. */
export class Writes {
  readonly #write: () => Promise<void>
  /** the write that has not begun */
  #waiting: Promise<void> | undefined
  #last: Promise<void> = Promise.resolve()

  constructor(write: () => Promise<void>) {
    this.#write = write
  }

  /** Resolves when a write that began after the call is done; rejects as it does. */
  next(): Promise<void> {
    this.#waiting ??= this.#last.then(() => {
      this.#waiting = undefined
      return this.#write()
    })
    this.#last = this.#waiting.catch(() => undefined)
    return this.#waiting
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#last
  }
}
