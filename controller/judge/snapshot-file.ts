import { gunzipSync, gzipSync } from 'node:zlib'
import type { Snapshot } from './snapshot.ts'

/** A sweep as one file: every look at every trench, in order. gzip of JSON; docs/snapshots.md has the fields. */
export interface SnapshotFile {
  readonly format: typeof fileFormat
  /** Unix ms, the clock of who saved it */
  readonly savedAt: number
  /** of one trench, the second is the look at what had failed */
  readonly looks: readonly Snapshot[]
}

export const fileFormat = 'trenchscope.snapshots/1'
const lookFormat = 'trenchscope.snapshot/1'
/** A sweep of 200 pods is some 100 MB as text: more is no snapshot. */
const mostBytes = 1 << 30

/** Why a file is not read: `not-a-snapshot`, or `other-format` of an older or newer trenchscope. */
export class SnapshotFileError extends Error {
  readonly code: 'not-a-snapshot' | 'other-format'
  constructor(code: SnapshotFileError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SnapshotFileError'
    this.code = code
  }
}

export function packSnapshots(looks: readonly Snapshot[], savedAt: number): Uint8Array {
  return gzipSync(JSON.stringify({ format: fileFormat, savedAt, looks } satisfies SnapshotFile))
}

/**
 * Reads a file of `packSnapshots`, its JSON unpacked, or what the API answers at `/v1/sweeps/ID/snapshots`.
 * @throws {SnapshotFileError} on anything else
 */
export function readSnapshots(bytes: Uint8Array): SnapshotFile {
  const value = parsed(bytes)
  const looks = value.looks ?? value.items
  if (value.format !== undefined && value.format !== fileFormat) throw new SnapshotFileError('other-format', `the file is ${JSON.stringify(value.format)}, this version reads ${fileFormat}`)
  if (!Array.isArray(looks)) throw new SnapshotFileError('not-a-snapshot', 'the file holds no list of looks')
  for (const look of looks as readonly Partial<Snapshot>[]) {
    if (look.format !== lookFormat) throw new SnapshotFileError('other-format', `a look is ${JSON.stringify(look.format)}, this version reads ${lookFormat}`)
    if (look.trench?.pods === undefined || !Array.isArray(look.sights)) throw new SnapshotFileError('not-a-snapshot', 'a look holds no trench or no sights')
  }
  return { format: fileFormat, savedAt: Number(value.savedAt ?? 0), looks }
}

function parsed(bytes: Uint8Array): { readonly format?: unknown; readonly savedAt?: unknown; readonly looks?: any; readonly items?: any } {
  try {
    const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
    const value: unknown = JSON.parse(Buffer.from(packed ? gunzipSync(bytes, { maxOutputLength: mostBytes }) : bytes).toString('utf8'))
    if (typeof value === 'object' && value !== null) return value
  } catch (cause) {
    throw new SnapshotFileError('not-a-snapshot', `the file is neither a snapshot nor its JSON: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
  throw new SnapshotFileError('not-a-snapshot', 'the file holds no object')
}
