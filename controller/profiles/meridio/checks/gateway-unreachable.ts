import { cluster, defineCheck, outcome, own, planned } from '#judge/check.ts'
import { birdBfd } from '#facts/bird-bfd.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { ipNeighbours } from '#facts/ip-neighbours.ts'
import { ping } from '#facts/ping.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { canonicalAddress } from '../lib/address.ts'
import { expectedOf, externalInterface } from '../lib/expected.ts'
import { protocolOf } from '../lib/gateway.ts'

/** Below BGP and BFD the gateway must answer at all: ARP or neighbour discovery, and a ping while no session proves it alive. */
export default defineCheck({
  id: 'gateway-unreachable',
  subject: 'lb',
  severity: 'outage',
  reads: {
    config: cluster(trenchConfig),
    neighbours: own(ipNeighbours),
    bfd: outcome(birdBfd),
    protocols: outcome(birdProtocols),
    pings: planned(ping, { config: cluster(trenchConfig) }, ({ config }, subject) => expectedOf(config, subject).gateways.map(gateway => ({ address: gateway.address, ...withInterface(externalInterface(config, subject)) }))),
  },
  messages: {
    failed: (a: { family: string; gateway: string; name: string; interface: string; state: string }) => `gateway ${a.name} (${a.gateway}) does not answer on ${a.interface}: neighbour ${a.state}`,
    silent: (a: { family: string; gateway: string; name: string; error: string }) => `gateway ${a.name} (${a.gateway}) answers neither a ping${a.error} nor BFD nor BGP`,
  },
  why: 'The gateway cannot be reached at all: everything above (BFD, BGP, routes) follows from it.',
  fix: 'Look at the gateway and the network between: VLAN id, cabling, the gateway\'s own interface and address.',
  source: 'Meridio troubleshooting guide, Gateway; catalogue L15, L16',
  explains: ['bfd-session-down', 'bgp-session-down', 'default-route-not-received', 'kernel-default-route-missing', 'static-gateway-down', 'vip-not-announced', 'pod-not-ready'],
  unless: ({ config }, subject) => (expectedOf(config, subject).gateways.length === 0 ? 'the attractor has no gateway' : undefined),
  judge: ({ config, neighbours, bfd, protocols, pings }, say, subject) => expectedOf(config, subject).gateways.flatMap(gateway => {
    const about = { family: gateway.family, gateway: gateway.address, name: gateway.name }
    const entry = neighbours.data.find(row => row.interface === externalInterface(config, subject) && canonicalAddress(row.address) === gateway.address)
    const state = entry?.state.find(word => word === 'FAILED' || word === 'INCOMPLETE')
    if (entry && state !== undefined) return [say.failed({ ...about, interface: entry.interface, state }, neighbours.at(entry))]
    // many gateways do not answer pings: silence counts only when no session says they are alive
    const alive = bfd.data?.sessions.some(session => session.state === 'Up' && canonicalAddress(session.address) === gateway.address) || protocolOf(protocols.data ?? [], gateway)?.bgp?.state === 'Established'
    const seen = pings.find(({ params }) => canonicalAddress(params.address) === gateway.address)
    if (alive || !protocols.data || !seen || seen.data.received > 0) return []
    return [say.silent({ ...about, error: seen.data.error === undefined ? '' : ` (${seen.data.error})` }, seen.at(seen.data), protocols.at(protocolOf(protocols.data, gateway)), bfd.at())]
  }),
})

function withInterface(name: string | undefined): { readonly interface?: string } {
  return name === undefined ? {} : { interface: name }
}
