import { cluster, defineCheck, own } from '#judge/check.ts'
import { birdBfd } from '#facts/bird-bfd.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { canonicalAddress } from '../lib/address.ts'
import { expectedOf, externalInterface } from '../lib/expected.ts'
import { gatewayMustHave } from '../lib/gateway.ts'
import { globalAddresses } from '../lib/interfaces.ts'

/** A gateway with BFD has one session, and it is Up. */
export default defineCheck({
  id: 'bfd-session-down',
  subject: 'lb',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), bfd: own(birdBfd), addresses: own(ipAddresses) },
  messages: {
    missing: (a: { gateway: string; family: string; name: string; needs: string }) => `no BFD session with ${a.name} (${a.gateway}); ${a.needs}`,
    down: (a: { gateway: string; family: string; name: string; state: string; heard: string; needs: string }) => `the BFD session with ${a.name} (${a.gateway}) is ${a.state}${a.heard}; ${a.needs}`,
  },
  why: 'A static gateway without its session counts as down. A BGP gateway stays up, but a failure is noticed only after the hold time.',
  fix: 'Configure BFD on the gateway for our address; look for a filter of UDP 3784 in one direction (Init: we hear it, it does not hear us).',
  source: 'Meridio troubleshooting guide, BFD; bird.md §6; catalogue L07',
  explains: ['bgp-session-down', 'static-gateway-down'],
  unless: ({ config }, subject) => (expectedOf(config, subject).gateways.some(gateway => gateway.bfd) ? undefined : 'no gateway of the attractor has BFD'),
  judge: ({ config, bfd, addresses }, say, subject) => expectedOf(config, subject).gateways.filter(gateway => gateway.bfd).flatMap(gateway => {
    const sessions = bfd.data.sessions.filter(session => canonicalAddress(session.address) === gateway.address)
    const own = globalAddresses(addresses.data).find(row => row.interface === externalInterface(config, subject) && row.family === gateway.family)
    const about = { gateway: gateway.address, family: gateway.family, name: gateway.name, needs: gatewayMustHave(gateway, own?.address) }
    if (sessions.length === 0) return [say.missing(about, bfd.at(), config.at(gateway))]
    if (sessions.some(session => session.state === 'Up')) return []
    return sessions.slice(0, 1).map(session => say.down({ ...about, state: session.state, heard: session.timeoutS === 0 ? ', nothing was ever heard' : '' }, bfd.at(session), config.at(gateway)))
  }),
})
