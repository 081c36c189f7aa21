import type { RouteGet } from '#parsers/route-get.ts'
import type { Family } from './address.ts'

/** Who lookups play as the client: documentation addresses (RFC 5737, RFC 3849), which are in no network of a trench. */
export const client: Readonly<Record<Family, string>> = { IPv4: '192.0.2.10', IPv6: '2001:db8:c::10' }

/** What the kernel would do with the packet, in words: `leave by eth0 (table main)`, `be dropped (no route)`. */
export function fateOf(lookup: RouteGet): string {
  if (!lookup.found) return `be dropped (${refusals[lookup.reason]})`
  if (lookup.type !== 'unicast') return `be taken as ${lookup.type} (table ${lookup.table})`
  return `leave by ${lookup.dev}${lookup.gateway === undefined ? '' : ` to ${lookup.gateway}`} (table ${lookup.table})`
}

/** Each word of the kernel has several causes (agent/parsers/route-get.ts). */
const refusals: Readonly<Record<Extract<RouteGet, { found: false }>['reason'], string>> = {
  invalid: 'a blackhole route, or reverse-path filtering',
  unreachable: 'an unreachable route, or forwarding is off',
  prohibited: 'a prohibit route',
  'no-route': 'no route',
}
