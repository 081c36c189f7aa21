import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { birdBfd } from '../facts/transcripts.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { canonicalAddress } from '../lib/address.ts'
import { expectedOf, externalInterface } from '../lib/expected.ts'
import { gatewayMustHave, ourAddress } from '../lib/gateway.ts'

/** A gateway with BFD has one session, and it is Up. */
export default defineCheck({
  id: 'bfd-session-down',
  subject: 'lb',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), bfd: own(birdBfd), addresses: own(ipAddresses) },
  messages: {
    missing: (a: { gateway: string; family: string; name: string; needs: string }) => `no BFD session with ${a.name} (${a.gateway}); ${a.needs}`,
    down: (a: { gateway: string; family: string; name: string; state: string; meaning: string; needs: string }) => `the BFD session with ${a.name} (${a.gateway}) is ${a.state}${a.meaning}; ${a.needs}`,
  },
  why: 'A static gateway without its session counts as down. A BGP gateway stays up, or comes up again, but a failure is noticed only after the hold time.',
  fix: 'Configure BFD on the gateway for our address; look for a filter of UDP 3784, on the way to us when it is Down, on the way to the gateway when it is Init. A session needs the interface and, for BGP, its neighbour.',
  source: 'Meridio troubleshooting guide, BFD; bird.md §6; catalogue L07',
  explains: ['bgp-session-down', 'static-gateway-down', 'return-lookup-astray'],
  unless: ({ config }, subject) => (expectedOf(config, subject).gateways.some(gateway => gateway.bfd) ? undefined : 'no gateway of the attractor has BFD'),
  judge: ({ config, bfd, addresses }, say, subject) => expectedOf(config, subject).gateways.filter(gateway => gateway.bfd).flatMap(gateway => {
    const sessions = bfd.data.sessions.filter(session => canonicalAddress(session.address) === gateway.address)
    if (sessions.some(session => session.state === 'Up')) return []
    const needs = gatewayMustHave(gateway, ourAddress(addresses.data, externalInterface(config, subject), gateway.family))
    const about = { gateway: gateway.address, family: gateway.family, name: gateway.name, needs }
    const [session] = sessions
    return [session ? say.down({ ...about, state: session.state, meaning: meanings[session.state] ?? '' }, bfd.at(session), config.at(gateway)) : say.missing(about, bfd.at(), config.at(gateway))]
  }),
})

const meanings: Readonly<Record<string, string>> = {
  Down: ', we hear nothing of it',
  Init: ', we hear the gateway and it does not hear us',
  AdminDown: ', switched off on our side',
}
