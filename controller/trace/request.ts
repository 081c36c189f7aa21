import { isIP } from 'node:net'

/** What a caller wants to see. */
export interface TraceRequest {
  readonly namespace?: string
  readonly trench?: string
  /** one VIP; default: all of the trench */
  readonly vip?: string
  /** of the VIP's side or the client's; TCP, UDP and SCTP */
  readonly port?: number
  readonly protocol?: 'tcp' | 'udp' | 'sctp' | 'icmp'
  /** the client, or whoever speaks with the VIP */
  readonly peer?: string
  /** pcap-filter(7), on top of the above; alone, it stands for itself */
  readonly filter?: string
  /** bytes kept of each packet; default 128: headers only */
  readonly snaplen?: number
  /** the trace ends after so long; default 300, at most 3600 */
  readonly seconds?: number
  /** the trace ends when so many packets have been followed */
  readonly count?: number
  /** the load balancers trace the flow, too: of a VIP and a port */
  readonly nfqlb?: boolean
}

/** The filter is no filter, or asks for nothing that could be seen. */
export class TraceError extends Error {
  readonly code: 'trace-refused' | 'trace-failed' | 'too-many-traces' | 'ring-over'
  constructor(code: TraceError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TraceError'
    this.code = code
  }
}

export const defaults = { snaplen: 128, seconds: 300 } as const

/**
 * The filter for all taps, both ways, families and, of a port-NAT, both ports. `ip host` and not `host`: ARP for a VIP is no packet of it.
 * @throws {TraceError} for what is no address, and for a filter with options
 */
export function filterOf({ vip, port, protocol, peer, filter }: TraceRequest, vips: readonly string[], portNats: readonly { readonly port: number; readonly targetPort: number }[] = []): string {
  for (const address of [vip, peer]) if (address !== undefined && isIP(address) === 0) throw new TraceError('trace-refused', `${address} is no address`)
  const own = filter?.trim() ?? ''
  if (own.split(/\s+/).some(word => word.startsWith('-'))) throw new TraceError('trace-refused', `the filter ${own} holds a word that begins with a dash`)
  if (!/^[\x20-\x7e]*$/.test(own)) throw new TraceError('trace-refused', 'the filter holds characters that are not printable ASCII')
  if (!isBalanced(own)) throw new TraceError('trace-refused', `the filter ${own} closes a parenthesis that it does not open, or the other way round`)
  const isFlow = [vip, port, protocol, peer].some(part => part !== undefined)
  const hosts = vip !== undefined ? [vip] : isFlow || own === '' ? vips : []
  const ports = port === undefined ? [] : [...new Set([port, ...portNats.filter(nat => nat.port === port).map(nat => nat.targetPort)])]
  const parts = [
    either(hosts.map(host)),
    protocol === undefined ? '' : protocol === 'icmp' ? '(icmp or icmp6)' : protocol,
    either(ports.map(each => `port ${each}`)),
    peer === undefined ? '' : host(peer),
    own === '' ? '' : `(${own})`,
  ]
  return parts.filter(part => part !== '').join(' and ')
}

/** Else it would not stay in the parentheses that it is put into. */
function isBalanced(filter: string): boolean {
  let open = 0
  for (const letter of filter) {
    if (letter === '(') open += 1
    if (letter === ')') open -= 1
    if (open < 0) return false
  }
  return open === 0
}

function host(address: string): string {
  return `${isIP(address) === 6 ? 'ip6' : 'ip'} host ${address}`
}

function either(parts: readonly string[]): string {
  return parts.length > 1 ? `(${parts.join(' or ')})` : parts[0] ?? ''
}
