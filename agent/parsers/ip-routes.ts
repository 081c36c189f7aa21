import { type JsonElement, jsonElements } from './json-elements.ts'

export interface IpRoute {
  pointer: string
  /** `default`, an address, or address/prefix */
  dst: string
  /** `unicast`, `blackhole`, `unreachable`, `prohibit`, `local`, `broadcast`, `multicast`, `anycast` … */
  type: string
  /** keeps its name where it has one (`main`, `local`) */
  table: string
  gateway?: string
  dev?: string
  /** where packets may go: the members of a multipath route, else the route's own gateway and interface; empty where they are dropped (IPv6 prints `dev lo` then) */
  nexthops: Nexthop[]
  metric?: number
  /** who put it there: `kernel`, `bird`, `static` …; absent = `boot` (by hand) */
  protocol?: string
  scope?: string
  /** source address for packets of the host itself */
  prefsrc?: string
  /** `dead`, `linkdown`, `onlink`, `pervasive` … */
  flags: string[]
}

export interface Nexthop {
  pointer: string
  gateway?: string
  dev?: string
  /** share of the flows, 1 upwards */
  weight: number
  flags: string[]
}

/**
 * Parses `ip -j -4 route show table all` and `ip -j -6 route show table all` (iproute2 5.10–6.1).
 * What iproute2 leaves out is filled in: `type` unicast, `table` main. A gateway of the other family (`via`) is a gateway too.
 * @throws {SyntaxError} on what is not such a list, quoting the element
 */
export function parseIpRoutes(text: string): IpRoute[] {
  return jsonElements(text, 'routes').map(({ value, pointer }) => routeOf(value, pointer))
}

function routeOf(row: JsonElement['value'], pointer: string): IpRoute {
  const hops = row.nexthops ?? []
  if (typeof row.dst !== 'string' || !Array.isArray(row.flags ?? []) || !Array.isArray(hops) || !['undefined', 'number'].includes(typeof row.metric)) throw unreadable(row)
  const own = hopOf({ ...row, weight: 1 }, pointer, row)
  return {
    pointer,
    dst: row.dst,
    type: String(row.type ?? 'unicast'),
    table: String(row.table ?? 'main'),
    ...(own.gateway !== undefined && { gateway: own.gateway }),
    ...(own.dev !== undefined && { dev: own.dev }),
    nexthops: dropping.includes(row.type) || (hops.length === 0 && own.dev === undefined) ? [] : hops.length === 0 ? [own] : hops.map((hop, place) => hopOf(hop, `${pointer}/nexthops/${place}`, row)),
    ...(row.metric !== undefined && { metric: row.metric }),
    ...(row.protocol !== undefined && { protocol: String(row.protocol) }),
    ...(row.scope !== undefined && { scope: String(row.scope) }),
    ...(row.prefsrc !== undefined && { prefsrc: String(row.prefsrc) }),
    flags: row.flags ?? [],
  }
}

const dropping = ['blackhole', 'unreachable', 'prohibit']

function hopOf(hop: JsonElement['value'], pointer: string, row: unknown): Nexthop {
  const gateway = hop?.gateway ?? hop?.via?.host
  const { dev, weight = 1, flags = [] } = hop ?? {}
  if (![gateway, dev].every(name => name === undefined || typeof name === 'string') || typeof weight !== 'number' || !Array.isArray(flags)) throw unreadable(row)
  return { pointer, ...(gateway !== undefined && { gateway }), ...(dev !== undefined && { dev }), weight, flags }
}

function unreadable(row: unknown): SyntaxError {
  return new SyntaxError(`not a route: ${JSON.stringify(row)}`)
}
