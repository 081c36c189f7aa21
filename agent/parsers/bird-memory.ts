import { parseBirdReply } from './bird-reply.ts'

export interface BirdMemoryRow {
  line: number
  /** as printed: `Routing tables`, `Total`, `Kept free pages` */
  name: string
  bytes: number
  /** what the allocator holds beyond `bytes`; absent in 2.0.8 and for page counts */
  overheadBytes?: number
}

/**
 * Parses `show memory` (BIRD nest/cmds.c; recorded from 2.0.8 to 3.4.0). BIRD prints four digits: sizes are rounded.
 *     Routing tables:     39.1 kB     21.8 kB  →  { line: 3, name: 'Routing tables', bytes: 40038, overheadBytes: 22323 }
 * @throws {BirdError} when BIRD refused
 * @throws {SyntaxError} on a line it does not know, quoting it
 */
export function parseBirdMemory(text: string): BirdMemoryRow[] {
  return parseBirdReply(text).flatMap(({ line, text: row }) => {
    if (row === '' || headings.test(row)) return []
    const match = /^([^:]+): +([\d.]+) +([kMGT]?)B(?: +([\d.]+) +([kMGT]?)B)?$/.exec(row)
    if (match) {
      const [, name = '', size, unit = '', overhead, overheadUnit = ''] = match
      return [{ line, name, bytes: bytesOf(size, unit), ...(overhead !== undefined && { overheadBytes: bytesOf(overhead, overheadUnit) }) }]
    }
    // BIRD 3 counts an event here, not bytes
    if (/^Hot page cache depleted while in RCU: \d+$/.test(row)) return []
    throw new SyntaxError(`line ${line} is not of BIRD's memory: ${row}`)
  })
}

const headings = /^BIRD memory usage$|^ +Effective +Overhead$/
const powers: Readonly<Record<string, number>> = { '': 0, k: 1, M: 2, G: 3, T: 4 }
const bytesOf = (size: string | undefined, unit: string): number => Math.round(Number(size) * 1024 ** (powers[unit] ?? NaN))
