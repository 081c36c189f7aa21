import { cluster, defineCheck, own } from '#judge/check.ts'
import type { InetSocket } from '#parsers/sockets.ts'
import type { Gateway } from '../facts/config-types.ts'
import { sockets } from '../facts/transcripts.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { familyOf } from '../lib/address.ts'
import { expectedOf } from '../lib/expected.ts'

/** BIRD listens for BGP on the local port of each gateway, and for BFD on UDP 3784, in the gateway's family. */
export default defineCheck({
  id: 'bird-listener-missing',
  subject: 'lb',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), sockets: own(sockets) },
  messages: {
    bgp: (a: { gateway: string; family: string; name: string; localPort: number }) => `nothing listens on TCP ${a.localPort} for ${a.name} (${a.gateway})`,
    bfd: (a: { gateway: string; family: string; name: string }) => `nothing listens on UDP ${bfdPort} for BFD with ${a.name} (${a.gateway})`,
    foreign: (a: { gateway: string; family: string; name: string; localPort: number; owner: string }) => `TCP ${a.localPort} of ${a.name} (${a.gateway}) is held by ${a.owner}, not by BIRD`,
  },
  why: 'A session that the gateway opens is refused: it comes up only when our side tries; without BFD a failure of the gateway is noticed late.',
  fix: 'Look at bird.log ("Cannot bind"), and who else uses the port in this pod.',
  source: 'catalogue L20',
  unless: ({ config }, subject) => (expectedOf(config, subject).gateways.some(gateway => gateway.protocol === 'bgp' || gateway.bfd) ? undefined : 'no gateway of the attractor has BGP or BFD'),
  judge: ({ config, sockets }, say, subject) => {
    const inet = sockets.data.filter(socket => socket.protocol !== 'unix')
    return expectedOf(config, subject).gateways.flatMap(gateway => {
      const about = { gateway: gateway.address, family: gateway.family, name: gateway.name }
      const ears = inet.filter(socket => socket.protocol === 'tcp' && socket.state === 'LISTEN' && hears(socket, gateway, gateway.localPort))
      // names are seen only where the probe shares the owner's processes
      const foreign = ears.find(({ processes }) => processes.length > 0 && !processes.includes('bird'))
      const wantsBgp = gateway.protocol === 'bgp' && gateway.localPort > 0
      return [
        ...(wantsBgp && ears.length === 0 ? [say.bgp({ ...about, localPort: gateway.localPort }, sockets.at(), config.at(gateway))] : []),
        ...(wantsBgp && foreign ? [say.foreign({ ...about, localPort: gateway.localPort, owner: foreign.processes.join(', ') }, sockets.at(foreign), config.at(gateway))] : []),
        ...(gateway.bfd && !inet.some(socket => socket.protocol === 'udp' && hears(socket, gateway, bfdPort)) ? [say.bfd(about, sockets.at(), config.at(gateway))] : []),
      ]
    })
  },
})

const bfdPort = 3784

/** On any address (`*`: of both families), or on one of the gateway's family. */
function hears({ local }: InetSocket, { family }: Gateway, port: number): boolean {
  return local.port === port && (local.address === '*' || familyOf(local.address) === family)
}
