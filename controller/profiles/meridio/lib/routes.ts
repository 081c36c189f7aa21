import type { BirdProtocol } from '#parsers/bird-protocols.ts'
import type { Family } from './address.ts'

interface Route { readonly family: Family; readonly table: string; readonly dst: string; readonly type: string; readonly command: string }

/** The default route of a kernel table. */
export function defaultRoute<R extends Route>(routes: readonly R[], family: Family, table: string): R | undefined {
  return routes.find(route => route.family === family && route.table === table && (route.dst === 'default' || route.dst === '0.0.0.0/0' || route.dst === '::/0'))
}

/** The listing a missing route should have stood in. */
export function listingOf<R extends Route>(routes: readonly R[], family: Family): { readonly command: string } | undefined {
  const row = routes.find(route => route.family === family)
  return row && { command: row.command }
}

/**
 * BIRD's kernel protocol of a family, towards the table of the gateways. Kernel protocols are unnamed (`kernelN`, N by order in the file):
 * they are told by the BIRD table they export (bird.md §1).
 */
export function kernelProtocol(protocols: readonly BirdProtocol[], family: Family, table: 'master' | 'drop'): BirdProtocol | undefined {
  const name = `${table}${family === 'IPv4' ? '4' : '6'}`
  return protocols.find(({ proto, channels }) => proto === 'Kernel' && channels.some(channel => channel.table === name))
}
