import { parseBirdReply } from './bird-reply.ts'

export interface BirdRouteCount {
  line: number
  table: string
  /** routes shown, of all routes */
  routes: number
  allRoutes: number
  networks: number
}

/**
 * Parses `show route count`, a row per table that is counted by default: master4 and master6, not drop4 and drop6 (BIRD nest/rt-show.c).
 *     3 of 3 routes for 3 networks in table master4  →  { line: 1, table: 'master4', routes: 3, allRoutes: 3, networks: 3 }
 * @throws {BirdError} when BIRD refused
 * @throws {SyntaxError} on a line it does not know, quoting it
 */
export function parseBirdRouteCount(text: string): BirdRouteCount[] {
  return parseBirdReply(text).flatMap(({ line, text: row }) => {
    const match = /^(\d+) of (\d+) routes for (\d+) networks in table (\S+)$/.exec(row)
    if (match) return [{ line, table: match[4] ?? '', routes: Number(match[1]), allRoutes: Number(match[2]), networks: Number(match[3]) }]
    if (/^Total: \d+ of \d+ routes for \d+ networks in \d+ tables$/.test(row)) return []
    throw new SyntaxError(`line ${line} is not a count of routes: ${row}`)
  })
}
