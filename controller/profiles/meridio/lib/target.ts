import { canonicalAddress, type Family } from './address.ts'
import { isStreamInterface } from './interfaces.ts'
import type { Observed } from '#judge/check.ts'
import type { TrenchConfig, Vip } from '../facts/config-types.ts'

interface Address { readonly interface: string; readonly address: string; readonly family: Family; readonly prefixLength: number; readonly scope: string; readonly pointer: string }
interface Rule { readonly from: string; readonly family: Family; readonly action: string; readonly table?: string; readonly fwmark?: number }

/** Reason why a target pod is not judged: an application that opened no stream has no `nsm` interface, and that is healthy. */
export function noStream(addresses: Observed<readonly Address[]>): string | undefined {
  return addresses.data.some(row => isStreamInterface(row.interface)) ? undefined : 'no stream is open: the pod has no nsm interface'
}

/** VIPs of the trench that stand on a stream interface of the pod, with the row that shows it. */
export function openVips(addresses: readonly Address[], config: TrenchConfig): readonly { readonly vip: Vip; readonly row: Address }[] {
  return config.vips.flatMap(vip => {
    const row = addresses.find(({ interface: name, address }) => isStreamInterface(name) && canonicalAddress(address) === vip.address)
    return row ? [{ vip, row }] : []
  })
}

/** The pod's own addresses on stream interfaces, without VIPs: what load balancers route to. */
export function ownAddresses(addresses: readonly Address[], config: TrenchConfig): readonly Address[] {
  const vips = new Set(config.vips.map(vip => vip.address))
  return addresses.filter(row => isStreamInterface(row.interface) && row.scope === 'global' && !vips.has(canonicalAddress(row.address)))
}

/** The lookup rule for packets that leave with this source, or undefined: then the main table decides. */
export function ruleFrom<R extends Rule>(rules: readonly R[], address: string): R | undefined {
  return rules.find(rule => rule.action === 'lookup' && rule.fwmark === undefined && canonicalAddress(rule.from) === address)
}
