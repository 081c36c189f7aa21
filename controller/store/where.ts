import type { SQLInputValue } from 'node:sqlite'
import { all, type Database, type Row } from './database.ts'

/** Conditions of a query, put together from filters that may be absent. */
export class Where {
  readonly #parts: string[] = []
  readonly #values: SQLInputValue[] = []

  add(condition: string, ...values: readonly SQLInputValue[]): this {
    this.#parts.push(condition)
    this.#values.push(...values)
    return this
  }

  /** `column = value`, or nothing where there is no value; `operator` for another comparison */
  is(column: string, value: SQLInputValue | undefined, operator = '='): this {
    return value === undefined ? this : this.add(`${column} ${operator} ?`, value)
  }

  oneOf(column: string, values: readonly SQLInputValue[] | undefined): this {
    return values === undefined ? this : this.add(`${column} IN (${values.map(() => '?').join(', ')})`, ...values)
  }

  /** a trench by its id (`cluster/namespace/name`), or by its name alone */
  trench(idColumn: string, nameColumn: string, trench: string | undefined): this {
    return trench === undefined ? this : this.is(trench.includes('/') ? idColumn : nameColumn, trench)
  }

  get sql(): string {
    return this.#parts.length === 0 ? 'true' : this.#parts.join(' AND ')
  }

  get values(): readonly SQLInputValue[] {
    return this.#values
  }
}

/** One row more than asked for tells whether there is a following part; `cursor` names the columns it begins after. */
export function pageOf<T>(database: Database, sql: string, where: Where, limit: number, cursor: readonly string[], read: (row: Row) => T): { readonly items: readonly T[]; readonly next?: readonly number[] } {
  const rows = all(database, `${sql} LIMIT ?`, ...where.values, limit + 1)
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return { items: rows.slice(0, limit).map(read), ...(last && { next: cursor.map(column => last[column] as number) }) }
}
