import type { Gateway } from '../facts/config-types.ts'

interface Protocol { readonly name: string }

/** BIRD protocol of a gateway, as the frontend names it (Meridio v1.2.8, pkg/frontend). */
export function protocolOf<P extends Protocol>(protocols: readonly P[], gateway: Gateway): P | undefined {
  return protocols.find(({ name }) => name === `NBR-${gateway.name}`)
}

/** What the gateway must have for the session to come up: trouble must be looked for on both sides. */
export function gatewayMustHave(gateway: Gateway, own: string | undefined): string {
  const bfd = gateway.bfd ? `BFD ${gateway.bfd.minTxMs}/${gateway.bfd.minRxMs} ms x ${gateway.bfd.multiplier}` : 'no BFD'
  if (gateway.protocol === 'static') return `the gateway needs: ${gateway.address}, ${bfd}${own === undefined ? '' : `, peer ${own}`}`
  const peer = own === undefined ? `our external address` : own
  return `the gateway needs: peer ${peer} AS ${gateway.localAsn}, own AS ${gateway.remoteAsn}, port ${gateway.remotePort}, hold time ${gateway.holdTimeS} s, ${bfd}, ${gateway.password ? 'the password' : 'no password'}`
}
