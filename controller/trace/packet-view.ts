import type { PacketView } from './events.ts'
import type { Packet } from './packet.ts'
import { flowText, packetText, protocolName } from './packet-text.ts'
import type { Vips } from './vips.ts'

/** A packet as callers see it; `length` is that on the wire. */
export function viewOf(packet: Packet, length: number): PacketView {
  const { source, destination, sourcePort, destinationPort, icmp } = packet
  const isPing = icmp !== undefined && (icmp.type === 8 || icmp.type === 128)
  return { flow: flowText(packet), what: packetText(packet), protocol: protocolName(packet.layout.protocol), source, destination, sourcePort, destinationPort, length, ...(isPing && { echoId: icmp.id }) }
}

/** By whose MAC address it carries, else (a bridge port has frames of others only) by the way it goes and what that means at this place. */
export function directionOf({ mac, request }: { readonly mac: number | undefined; readonly request: 'in' | 'out' | undefined }, packet: Packet, vips: Vips): 'in' | 'out' | undefined {
  if (packet.sourceMac === mac) return 'out'
  if (packet.destinationMac === mac) return 'in'
  if (request === undefined) return undefined
  if (vips.isDestination(packet)) return request
  if (vips.isSource(packet)) return request === 'in' ? 'out' : 'in'
  return undefined
}
