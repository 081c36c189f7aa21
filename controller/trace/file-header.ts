import type { NodeClock } from './clocks.ts'
import { type FileNames, interfaceBlock, nameBlock, sectionHeader } from './pcapng.ts'
import type { NfqlbSelection } from './nfqlb-selection.ts'
import type { Tap } from './taps.ts'

export interface FileHeaderOptions {
  readonly id: string
  readonly trench: string
  readonly filter: string
  readonly snaplen: number
  readonly taps: readonly Tap[]
  readonly clocks: readonly NodeClock[]
  readonly names: readonly FileNames[]
  /** load balancers that trace themselves: an interface each, behind those of the taps */
  readonly nfqlb?: NfqlbSelection
}

/** How every file of a trace begins: what it is, all interfaces, what addresses are called. */
export function fileHeader({ id, trench, filter, snaplen, taps, clocks, names, nfqlb }: FileHeaderOptions): Buffer {
  const comment = `trace ${id} of trench ${trench}; filter: ${filter || 'none'}; at most ${snaplen} bytes of each packet are kept; times are the kernel's, on the controller's clock`
  return Buffer.concat([
    sectionHeader({ application: 'trenchscope', comment }),
    ...taps.map(tap => interfaceBlock({
      name: `${tap.pod}/${tap.interface}`,
      description: `${tap.label}, ${tap.place} of ${tap.role} on ${tap.node}`,
      hardware: tap.role, filter, addresses: tap.addresses, ...(tap.mac !== undefined && { mac: tap.mac }),
      comment: clockText(tap, clocks),
    }, snaplen)),
    ...(nfqlb?.balancers ?? []).map(({ pod, label }) => interfaceBlock({
      name: `${pod}/nfqlb`, description: `${label}/nfqlb, what nfqlb trace said`, hardware: 'lb', filter, addresses: [],
      comment: 'no interface: what the load balancer said of packets, in words; nfqlb tells no times: each stands where it came, and its comment says when',
    }, snaplen)),
    nameBlock(names),
  ])
}

function clockText({ node }: Tap, clocks: readonly NodeClock[]): string {
  const clock = clocks.find(known => known.node === node)
  if (!clock) return `the clock of ${node} is not known against the controller's`
  return `the clock of ${node} was ${(clock.offsetNs / 1e6).toFixed(3)} ms ahead of the controller's when the trace began, true to ${(clock.errorNs / 1e6).toFixed(3)} ms; times here are without it`
}
