import type { Page } from '../store/records.ts'
import { Problem } from './problems.ts'

export interface PageQuery {
  readonly limit: number
  readonly continue?: string
}

/** A list's `continue` token: opaque to callers, good for the list it came from only. It never expires: what was dropped meanwhile is just not there. */
export function pageRequest(list: string, query: PageQuery): { readonly limit: number; readonly after?: readonly number[] } {
  if (query.continue === undefined) return { limit: query.limit }
  try {
    const [name, ...after] = JSON.parse(Buffer.from(query.continue, 'base64url').toString()) as unknown[]
    if (name === list && after.length > 0 && after.every(Number.isSafeInteger)) return { limit: query.limit, after: after as number[] }
  } catch {
    // falls to the problem below: what cannot be read is no token of ours
  }
  throw new Problem('invalid-continue', `${query.continue.slice(0, 100)} does not continue ${list}`)
}

export function pageAnswer<T, V = T>(list: string, page: Page<T>, view: (item: T) => V = item => item as unknown as V): { readonly items: readonly V[]; readonly continue?: string } {
  return { items: page.items.map(view), ...(page.next && { continue: Buffer.from(JSON.stringify([list, ...page.next])).toString('base64url') }) }
}
