import { isIP } from 'node:net'
import { addressBytes, addressText } from './address.ts'
import { TraceError, type TraceRequest } from './request.ts'
import type { Tap } from './taps.ts'

/** What load balancers of a trace are asked to trace themselves. Plain data: it travels to the engine's thread. */
export interface NfqlbSelection {
  readonly balancers: readonly { readonly pod: string; /** `lb-46qjc` */ readonly label: string }[]
  readonly protocols: readonly string[]
  readonly vip: string
  readonly port: number
  /** undefined: any */
  readonly peer?: string
}

/** undefined: not asked for. @throws {TraceError} where nfqlb would have to trace more than a flow */
export function nfqlbSelection({ nfqlb, vip, port, protocol, peer }: TraceRequest, taps: readonly Tap[]): NfqlbSelection | undefined {
  if (!nfqlb) return undefined
  if (vip === undefined || isIP(vip) === 0 || port === undefined || protocol === 'icmp') throw new TraceError('trace-refused', 'nfqlb traces what has a VIP and a port of TCP, UDP or SCTP, not more')
  const balancers = [...new Map(taps.filter(({ role }) => role === 'lb').map(({ pod, label }) => [pod, { pod, label: label.split('/')[0]! }])).values()]
  const canonical = (address: string): string => addressText(addressBytes(address))
  return { balancers, protocols: protocol === undefined ? ['tcp', 'udp', 'sctp'] : [protocol], vip: canonical(vip), port, ...(peer !== undefined && { peer: canonical(peer) }) }
}

/** Whether a packet is one of those that were asked for: pings match whatever trace flow has their addresses (nfqlb.md §6). */
export function selects({ protocols, vip, port, peer }: NfqlbSelection, packet: { readonly protocol: string; readonly source: string; readonly destination: string; readonly destinationPort: number }): boolean {
  return protocols.includes(packet.protocol) && packet.destinationPort === port && packet.destination === vip && (peer === undefined || packet.source === peer)
}
