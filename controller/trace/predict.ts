import { isIP } from 'node:net'
import type { FlowTuple, FlowWay } from '#judge/profile.ts'
import type { NfqlbPacket } from './nfqlb-lines.ts'

/** The ways of a flow through each load balancer, by facts that were read at one time. */
export type Predict = (tuple: FlowTuple) => readonly FlowWay[]

/** -1: dropped before it gets a mark. undefined: facts do not tell. */
export function predictedMark(predict: Predict, pod: string, tuple: FlowTuple): number | undefined {
  const way = predict(tuple).find(known => known.pod === pod)
  return way?.fwmark ?? (way && !way.unclear ? -1 : undefined)
}

/** undefined: of no flow whose way is predicted */
export function tupleOf({ protocol, source, sourcePort, destination, destinationPort, echoId, icmp }: NfqlbPacket): FlowTuple | undefined {
  const known = ({ tcp: 'tcp', udp: 'udp', sctp: 'sctp', ...(echoId !== undefined && { icmp: 'icmp', icmp6: 'icmp' }) } as Record<string, FlowTuple['protocol']>)[protocol]
  if (known === undefined || isIP(source) === 0 || (icmp !== undefined && echoId === undefined)) return undefined
  return { protocol: known, source, sourcePort, destination, destinationPort, ...(echoId !== undefined && { echoId }) }
}
