import type { BirdProtocol } from '#parsers/bird-protocols.ts'
import type { Family } from './address.ts'

interface Route { readonly family: Family; readonly table: string; readonly dst: string; readonly type: string; readonly command: string }

/** The default route of a kernel table. */
export function defaultRoute<R extends Route>(routes: readonly R[], family: Family, table: string): R | undefined {
  return routes.find(route => route.family === family && route.table === table && (route.dst === 'default' || route.dst === '0.0.0.0/0' || route.dst === '::/0'))
}

/** The listing a missing route (or rule) should have stood in. */
export function listingOf(rows: readonly { readonly family: Family; readonly command: string }[], family: Family): { readonly command: string } | undefined {
  const row = rows.find(row => row.family === family)
  return row && { command: row.command }
}

/** How BIRD is asked for the default routes of a family (facts/bird-default-routes.ts): where a missing one should have stood. */
export const defaultsAsked: Readonly<Record<Family, { readonly command: string }>> = {
  IPv4: { command: 'birdc show route table master4 where net = 0.0.0.0/0 all' },
  IPv6: { command: 'birdc show route table master6 where net = ::/0 all' },
}

/**
 * BIRD's kernel protocol of a family, towards the table of the gateways. Kernel protocols are unnamed (`kernelN`, N by order in the file):
 * they are told by the BIRD table they export (bird.md §1).
 */
export function kernelProtocol(protocols: readonly BirdProtocol[], family: Family, table: 'master' | 'drop'): BirdProtocol | undefined {
  const name = `${table}${family === 'IPv4' ? '4' : '6'}`
  return protocols.find(({ proto, channels }) => proto === 'Kernel' && channels.some(channel => channel.table === name))
}
