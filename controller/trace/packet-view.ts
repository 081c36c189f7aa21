import type { PacketView } from './events.ts'
import type { Packet } from './packet.ts'
import { flowText, packetText, protocolName } from './packet-text.ts'
import type { Tap } from './taps.ts'

/** A packet as callers see it; `length` is that on the wire. */
export function viewOf(packet: Packet, length: number): PacketView {
  const { source, destination, sourcePort, destinationPort } = packet
  return { flow: flowText(packet), what: packetText(packet), protocol: protocolName(packet.layout.protocol), source, destination, sourcePort, destinationPort, length }
}

/** By whose MAC address it carries, else (a bridge port has frames of others only) by the way it goes and what that means at this place. */
export function directionOf({ mac, request }: Tap, packet: Packet, vips: ReadonlySet<string>): 'in' | 'out' | undefined {
  if (packet.sourceMac === mac) return 'out'
  if (packet.destinationMac === mac) return 'in'
  if (request === undefined) return undefined
  if (vips.has(packet.destinationBytes.toString('hex'))) return request
  if (vips.has(packet.sourceBytes.toString('hex'))) return request === 'in' ? 'out' : 'in'
  return undefined
}
