import type { BirdProtocol } from '#parsers/bird-protocols.ts'
import { cluster, defineCheck, outcome, own, planned } from '#judge/check.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { ipNeighbours } from '#facts/ip-neighbours.ts'
import { birdBfd, ping } from '../facts/transcripts.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { canonicalAddress } from '../lib/address.ts'
import { expectedOf, externalInterface } from '../lib/expected.ts'
import { protocolOf } from '../lib/gateway.ts'

/** Below BGP and BFD the gateway must answer at all: ARP or neighbour discovery, and a ping where nothing else shows it alive. */
export default defineCheck({
  id: 'gateway-unreachable',
  subject: 'lb',
  severity: 'outage',
  reads: {
    config: cluster(trenchConfig),
    neighbours: own(ipNeighbours),
    bfd: outcome(birdBfd),
    protocols: outcome(birdProtocols),
    pings: planned(ping, { config: cluster(trenchConfig) }, ({ config }, subject) => {
      const name = externalInterface(config, subject)
      return expectedOf(config, subject).gateways.map(gateway => ({ address: gateway.address, ...(name !== undefined && { interface: name }) }))
    }),
  },
  messages: {
    failed: (a: { family: string; gateway: string; name: string; interface: string; state: string }) => `gateway ${a.name} (${a.gateway}) does not answer on ${a.interface}: neighbour ${a.state}`,
    silent: (a: { family: string; gateway: string; name: string; error: string }) => `gateway ${a.name} (${a.gateway}) does not answer a ping${a.error}, and nothing else shows it alive`,
  },
  why: 'The gateway cannot be reached at all: everything above (BFD, BGP, routes) follows from it.',
  fix: 'Look at the gateway and the network between: VLAN id, cabling, the gateway\'s own interface and address.',
  source: 'Meridio troubleshooting guide, Gateway; catalogue L15, L16',
  explains: ['bfd-session-down', 'bgp-session-down', 'default-route-not-received', 'kernel-default-route-missing', 'static-gateway-down', 'vip-not-announced', 'pod-not-ready', 'return-lookup-astray', 'bird-log-complaint'],
  unless: ({ config }, subject) => (expectedOf(config, subject).gateways.length === 0 ? 'the attractor has no gateway' : undefined),
  unseen: ({ config, bfd, protocols, pings }, subject) => {
    const error = protocols.error ?? bfd.error
    const silent = expectedOf(config, subject).gateways.filter(({ address }) => pings.some(({ params, data }) => canonicalAddress(params.address) === address && data.received === 0))
    return error ? silent.map(({ name }) => `gateway ${name} does not answer a ping, and BIRD cannot say whether it is alive: ${error.message}`) : []
  },
  judge: ({ config, neighbours, bfd, protocols, pings }, say, subject) => expectedOf(config, subject).gateways.flatMap(gateway => {
    const about = { family: gateway.family, gateway: gateway.address, name: gateway.name }
    const protocol = protocolOf(protocols.data ?? [], gateway)
    if (bfd.data?.sessions.some(session => session.state === 'Up' && canonicalAddress(session.address) === gateway.address)) return []
    const entry = neighbours.data.find(row => row.interface === externalInterface(config, subject) && canonicalAddress(row.address) === gateway.address)
    const state = entry?.state.find(word => word === 'FAILED' || word === 'INCOMPLETE')
    if (entry && state !== undefined) return [say.failed({ ...about, interface: entry.interface, state }, neighbours.at(entry))]
    const seen = pings.find(({ params }) => canonicalAddress(params.address) === gateway.address)
    if (!bfd.data || !protocols.data || !seen || seen.data.received > 0 || speaks(protocol)) return []
    // nothing watches a static gateway without BFD: that it answered ARP a moment ago is all there is
    if (gateway.protocol === 'static' && !gateway.bfd && entry?.state.includes('REACHABLE')) return []
    return [say.silent({ ...about, error: seen.data.error === undefined ? '' : ` (${seen.data.error})` }, seen.at(seen.data), protocols.at(protocol), bfd.at())]
  }),
})

/** Many gateways do not answer pings: one whose BGP answered lately, even with a no, is there. */
function speaks(protocol: BirdProtocol | undefined): boolean {
  const { state, lastError } = protocol?.bgp ?? {}
  return state === 'Established' || state === 'OpenSent' || state === 'OpenConfirm'
    || /^Received: |^BGP Error: (?!Hold timer expired)|^Socket: Connection (refused|closed|reset by peer)/.test(lastError?.text ?? '')
}
