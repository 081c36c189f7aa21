import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { cluster, type Observed, own } from '#judge/check.ts'
import type { TrenchConfig, Vip } from '../facts/config-types.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { canonicalAddress, canonicalPrefix, type Family } from './address.ts'
import { isStreamInterface } from './interfaces.ts'
import { candidatesOf } from './membership.ts'

interface Address { readonly interface: string; readonly address: string; readonly family: Family; readonly prefixLength: number; readonly scope: string; readonly pointer: string }
interface Link { readonly name: string }
interface Rule { readonly from: string; readonly action: string; readonly fwmark?: number; readonly not?: true; readonly to?: string; readonly iif?: string; readonly oif?: string; readonly also?: readonly string[] }

/** What every check of a target needs to know which of its interfaces to look at. */
export const targetReads = { config: cluster(trenchConfig), links: own(ipLinks), addresses: own(ipAddresses) }
interface TargetSight<L extends Link> { readonly config: Observed<TrenchConfig>; readonly links: Observed<readonly L[]>; readonly addresses: Observed<readonly Address[]> }

/** The pod's `nsm` interfaces, without those that belong to another trench of the namespace. */
export function streamLinks<L extends Link>({ config, links, addresses }: TargetSight<L>): readonly L[] {
  const foreign = foreignInterfaces(addresses, config.data)
  return links.data.filter(({ name }) => isStreamInterface(name) && !foreign.has(name))
}

/** Reason why a target pod is not judged: an application that opened no stream has no `nsm` interface, and that is healthy. */
export function noStream(sight: TargetSight<Link>): string | undefined {
  if (streamLinks(sight).length > 0) return undefined
  return sight.links.data.some(({ name }) => isStreamInterface(name)) ? 'its nsm interfaces belong to another trench' : 'no stream is open: the pod has no nsm interface'
}

/**
 * Interfaces that lead to another trench: they carry VIPs, none of them ours. Asked only where the namespace holds several trenches;
 * elsewhere such an interface is one whose VIPs are out of date. A VIP is a host prefix, a pod's own address is not (meridio.md §2.3).
 */
export function foreignInterfaces({ subject, data }: Observed<readonly Address[]>, config: TrenchConfig): ReadonlySet<string> {
  if (candidatesOf(subject).length < 2) return new Set()
  const ours = new Set(config.vips.map(vip => vip.address))
  const carried = Map.groupBy(data.filter(row => isStreamInterface(row.interface) && isHostPrefix(row)), row => row.interface)
  return new Set([...carried].filter(([, rows]) => !rows.some(row => ours.has(canonicalAddress(row.address)))).map(([name]) => name))
}

/** VIPs of the trench that stand on a stream interface of the pod, with the row that shows it. */
export function openVips(addresses: readonly Address[], config: TrenchConfig): readonly { readonly vip: Vip; readonly row: Address }[] {
  return config.vips.flatMap(vip => {
    const row = addresses.find(({ interface: name, address }) => isStreamInterface(name) && canonicalAddress(address) === vip.address)
    return row ? [{ vip, row }] : []
  })
}

/** The pod's own addresses on its stream interfaces in this trench, without VIPs: what load balancers route to. */
export function ownAddresses(addresses: Observed<readonly Address[]>, config: TrenchConfig): readonly Address[] {
  const foreign = foreignInterfaces(addresses, config)
  return addresses.data.filter(row => isStreamInterface(row.interface) && !foreign.has(row.interface) && row.scope === 'global' && !isHostPrefix(row))
}

/** The lookup rule for packets that leave with this VIP as source, or undefined: then the main table decides. Rules with further conditions do not count. */
export function ruleFrom<R extends Rule>(rules: readonly R[], vip: Pick<Vip, 'prefix' | 'address'>): R | undefined {
  return rules.find(rule => rule.action === 'lookup' && isPlain(rule) && (rule.from.includes('/') ? canonicalPrefix(rule.from) === vip.prefix : canonicalAddress(rule.from) === vip.address))
}

function isPlain({ fwmark, not, to, iif, oif, also }: Rule): boolean {
  return [fwmark, not, to, iif, oif, also].every(condition => condition === undefined)
}

function isHostPrefix({ family, prefixLength }: Address): boolean {
  return prefixLength === (family === 'IPv4' ? 32 : 128)
}
