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
