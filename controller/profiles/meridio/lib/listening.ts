import type { InetSocket, Socket } from '#parsers/sockets.ts'
import type { Flow, TrenchConfig, Vip } from '../facts/config-types.ts'
import { canonicalAddress } from './address.ts'
import { inRanges } from './ports.ts'

/** TCP and UDP sockets that get what comes to a VIP by an interface. `*` is any address of both families; `::` hears IPv6 only (ss, iproute2 6.1). */
export function listeners(sockets: readonly Socket[], vip: Vip, device: string): readonly InetSocket[] {
  const any = vip.family === 'IPv4' ? '0.0.0.0' : '::'
  // an IPv6 socket bound to a mapped address hears IPv4
  const own = vip.family === 'IPv4' ? [vip.address, canonicalAddress(`::ffff:${vip.address}`)] : [vip.address]
  return sockets.filter(socket => socket.protocol !== 'unix').filter(({ protocol, state, local }) =>
    state === (protocol === 'tcp' ? 'LISTEN' : 'UNCONN') && (local.interface === undefined || local.interface === device) && ['*', any, ...own].includes(canonicalAddress(local.address)))
}

/** Whether one of the listeners serves the flow for this VIP: on a port of the flow, or, where a port-NAT of the stream's conduit moves that port, on the port it is moved to. */
export function hearsFlow(ears: readonly InetSocket[], flow: Flow, vip: Vip, { conduits, streams }: TrenchConfig): boolean {
  const conduit = conduits.find(({ name }) => name === streams.find(stream => stream.name === flow.stream)?.conduit)
  const nats = (conduit?.portNats ?? []).filter(nat => nat.vips.includes(vip.name) && inRanges(nat.port, flow.destinationPorts))
  return ears.some(({ protocol, local }) => {
    if (!flow.protocols.includes(protocol) || local.port === undefined) return false
    const moved = nats.filter(nat => nat.protocol === protocol)
    return moved.some(nat => nat.targetPort === local.port) || (inRanges(local.port, flow.destinationPorts) && !moved.some(nat => nat.port === local.port))
  })
}

/** Whether `ss` lists all the sockets that could serve the flow; it does not list SCTP. */
export function isTold({ protocols }: Flow): boolean {
  return protocols.length > 0 && protocols.every(protocol => protocol === 'tcp' || protocol === 'udp')
}
