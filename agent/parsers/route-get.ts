import { jsonElements } from './json-elements.ts'

/** Where the kernel would send a packet, or that it would not. */
export type RouteGet = RouteFound | RouteRefused

export interface RouteFound {
  /** the route, in the recorded output */
  pointer: string
  found: true
  dst: string
  from?: string
  /** `unicast`, `local`, `broadcast` … */
  type: string
  gateway?: string
  dev: string
  /** table the route stands in; keeps its name where it has one; `main` where iproute2 leaves it out (as it does for IPv4 routes of `local`) */
  table: string
  prefsrc?: string
}

export interface RouteRefused {
  found: false
  /** see the table at `parseRouteGet`; one word may have several causes */
  reason: 'invalid' | 'unreachable' | 'prohibited' | 'no-route'
  /** what the kernel said */
  said: string
}

/**
 * Parses `ip -j route get …`, stdout and stderr in one (iproute2 6.1; each refusal recorded in test/fixtures/kernel).
 *     RTNETLINK answers: Invalid argument        `invalid`: a blackhole route, or reverse path filtering refuses the source (fault f25)
 *     RTNETLINK answers: No route to host        `unreachable`: an unreachable route, or forwarding is off where the packet comes in (f42)
 *     RTNETLINK answers: Permission denied       `prohibited`: a prohibit route
 *     RTNETLINK answers: Network is unreachable  `no-route`: no route, or (without `iif`) the source is no address of this host
 * @throws {SyntaxError} on anything else, quoting it
 */
export function parseRouteGet(text: string): RouteGet {
  const said = /^RTNETLINK answers: (.+)$/m.exec(text)?.[1]
  const reason = said && reasons[said]
  if (said && reason) return { found: false, reason, said }
  if (!text.startsWith('[')) throw new SyntaxError(`not an answer of ip route get: ${text.trim()}`)
  const [element, more] = jsonElements(text, 'routes')
  const row = element?.value
  if (!element || more || typeof row.dst !== 'string' || typeof row.dev !== 'string') throw new SyntaxError(`not a route: ${text.trim()}`)
  return {
    pointer: element.pointer,
    found: true,
    dst: row.dst,
    ...(row.from !== undefined && { from: String(row.from) }),
    type: String(row.type ?? 'unicast'),
    ...gatewayOf(row),
    dev: row.dev,
    table: String(row.table ?? 'main'),
    ...(row.prefsrc !== undefined && { prefsrc: String(row.prefsrc) }),
  }
}

const reasons: Readonly<Record<string, RouteRefused['reason']>> = {
  'Invalid argument': 'invalid',
  'No route to host': 'unreachable',
  'Permission denied': 'prohibited',
  'Network is unreachable': 'no-route',
}

function gatewayOf(row: { gateway?: unknown; via?: { host?: unknown } }): { gateway?: string } {
  const gateway = row.gateway ?? row.via?.host
  return gateway === undefined ? {} : { gateway: String(gateway) }
}
