import type { CommandRecord } from '#facts/fact.ts'
import type { ObservationFrame } from '#proto/frames.ts'
import { limits } from '#proto/limits.ts'

/** A record that fits the wire. What was cut says so: it is then no proof of what is missing. */
export function cutRecord(record: CommandRecord): CommandRecord {
  const bytes = Buffer.byteLength(record.stdout) + Buffer.byteLength(record.stderr)
  if (bytes <= limits.textBytes) return record.error ? { ...record, error: cutFailure(record.error) } : record
  const error = { code: 'too-long', message: `${record.argv[0]} printed ${bytes} bytes; ${limits.textBytes} may travel` } as const
  return { ...record, stdout: '', stderr: '', exitCode: null, error }
}

/** Data as it travels, or the error that it is too long to. */
export function cutData(fact: string, data: unknown): Pick<ObservationFrame, 'data' | 'error'> {
  const json = Buffer.from(JSON.stringify(data ?? null))
  if (json.length <= limits.textBytes) return { data: json }
  return { error: { code: 'too-long', message: `${fact} is ${json.length} bytes of data; ${limits.textBytes} may travel` } }
}

/** Messages quote what a command printed; the beginning is enough. */
export function cutFailure<F extends { readonly message: string }>(failure: F): F {
  // a character is at most 4 bytes
  return { ...failure, message: failure.message.slice(0, limits.messageBytes / 4) }
}
