import type { BirdProtocol } from '#parsers/bird-protocols.ts'
import type { Gateway } from '../facts/config-types.ts'
import type { Family } from './address.ts'

interface Address { readonly interface: string; readonly family: Family; readonly address: string; readonly scope: string }

/** BIRD protocol of a gateway, as the frontend names it (Meridio v1.2.8, pkg/frontend). */
export function protocolOf<P extends { readonly name: string }>(protocols: readonly P[], gateway: Pick<Gateway, 'name'>): P | undefined {
  return protocols.find(({ name }) => name === `NBR-${gateway.name}`)
}

/** Whether the gateway gives a way out: BGP is Established, a static route is in use (BFD, where configured, takes it away; bird.md §5). */
export function isConnected(gateway: Gateway, protocols: readonly BirdProtocol[]): boolean {
  const protocol = protocolOf(protocols, gateway)
  if (protocol?.state !== 'up') return false
  return gateway.protocol === 'bgp' ? protocol.bgp?.state === 'Established' : routesTaken(protocol) > 0
}

/** Routes that BIRD holds from a protocol now. */
export function routesTaken(protocol: BirdProtocol): number {
  return protocol.channels.reduce((sum, channel) => sum + (channel.routes?.imported ?? 0), 0)
}

/** Our address towards the gateways of a family. */
export function ourAddress(rows: readonly Address[], externalInterface: string | undefined, family: Family): string | undefined {
  return rows.find(row => row.interface === externalInterface && row.family === family && row.scope === 'global')?.address
}

/** What the gateway must have for the session to come up: trouble must be looked for on both sides. */
export function gatewayMustHave(gateway: Gateway, own: string | undefined): string {
  const bfd = gateway.bfd ? `BFD ${gateway.bfd.minTxMs}/${gateway.bfd.minRxMs} ms x ${gateway.bfd.multiplier}` : 'no BFD'
  const peer = own ?? 'our external address'
  if (gateway.protocol === 'static') return `the gateway needs: address ${gateway.address}, ${gateway.bfd ? `${bfd} with ${peer}` : bfd}`
  return `the gateway needs: peer ${peer} AS ${gateway.localAsn}, own AS ${gateway.remoteAsn}, port ${gateway.remotePort}, hold time ${gateway.holdTimeS} s, ${bfd}, ${gateway.password ? 'the password' : 'no password'}`
}
