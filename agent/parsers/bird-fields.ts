import type { BirdLine } from './bird-reply.ts'

/** A `Key: value` line of `show protocols all` with the deeper lines below it; a line without colon is a key with an empty value. */
export interface BirdField {
  line: number
  key: string
  value: string
  below: readonly string[]
}

/** What is left of a countdown, in seconds; `totalS` is absent where BIRD prints `-`. */
export interface BirdTimer {
  leftS: number
  totalS?: number
}

/** Takes fields out of a block one by one; `others` are those nobody took. */
export interface BirdFields {
  field(key: string): BirdField | undefined
  text(key: string): string | undefined
  /** @throws {SyntaxError} when it is missing */
  must(key: string): string
  number(key: string): number | undefined
  /** @throws {SyntaxError} when it is missing */
  mustNumber(key: string): number
  /** `1.746/3`, `12.500/-`, and as BFD prints it `0.016 / 0.300` */
  timer(key: string): BirdTimer | undefined
  flag(key: string): boolean
  /** @throws {SyntaxError} on one without colon: a statement nobody understands may not be passed over */
  others(): { line: number; key: string; value: string }[]
}

/**
 * Reads the rows of one block, of a protocol (`indent` 2) or of its BGP or channel part (4). Names may hold spaces, values colons.
 * @throws {SyntaxError} on a deeper line with nothing above it
 */
export function birdFields(block: string, rows: readonly BirdLine[], indent: number): BirdFields {
  const left = new Map<string, BirdField & { below: string[]; colon: boolean; row: string }>()
  let last: { below: string[] } | undefined
  for (const { line, text } of rows) {
    const depth = text.length - text.trimStart().length
    if (depth > indent && last) last.below.push(text.slice(indent))
    else {
      const match = /^([^:]+)(:?) *(.*)$/s.exec(text.trimStart())
      if (depth !== indent || !match) throw new SyntaxError(`line ${line} is not of ${block}: ${text}`)
      const [, key = '', colon, value = ''] = match
      const field = { line, key, value, below: [], colon: colon === ':', row: text }
      if (left.has(key)) throw new SyntaxError(`line ${line} says again what ${block} said before: ${text}`)
      left.set(key, field)
      last = field
    }
  }
  const take = (key: string): (BirdField & { row: string }) | undefined => {
    const found = left.get(key)
    left.delete(key)
    return found
  }
  const shaped = <T>(key: string, shape: RegExp, read: (match: RegExpExecArray) => T): T | undefined => {
    const found = take(key)
    if (!found) return undefined
    const match = shape.exec(found.value)
    if (!match) throw new SyntaxError(`line ${found.line} is not of ${block}: ${found.row}`)
    return read(match)
  }
  const needed = <T>(key: string, value: T | undefined): T => {
    if (value === undefined) throw new SyntaxError(`${block} has no line ${key}`)
    return value
  }
  const number = (key: string): number | undefined => shaped(key, /^\d+(?:\.\d+)?$/, match => Number(match[0]))
  return {
    field: take,
    text: key => take(key)?.value,
    must: key => needed(key, take(key)?.value),
    number,
    mustNumber: key => needed(key, number(key)),
    timer: key => shaped(key, /^([\d.]+) ?\/ ?([\d.]+|-)$/, match => ({ leftS: Number(match[1]), ...(match[2] !== '-' && { totalS: Number(match[2]) }) })),
    flag: key => take(key) !== undefined,
    others: () => [...left.values()].map(({ line, key, value, below, colon, row }) => {
      if (!colon) throw new SyntaxError(`line ${line} is not of ${block}: ${row}`)
      return { line, key, value: [value, ...below.map(text => text.trim())].filter(Boolean).join('; ') }
    }),
  }
}

/** The fields that are there. */
export function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
