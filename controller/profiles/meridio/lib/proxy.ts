import type { Observed } from '#judge/check.ts'
import type { Subject } from '#judge/subject.ts'
import type { TrenchConfig } from '../facts/config-types.ts'
import { canonicalAddress, type Family, within } from './address.ts'
import { expectedOf } from './expected.ts'
import { conduitLinks, globalAddresses } from './interfaces.ts'
import { bridgePrefixes } from './near.ts'
import { ruleFrom } from './target.ts'

interface Address { readonly interface: string; readonly address: string; readonly family: Family; readonly prefixLength: number; readonly scope: string; readonly pointer: string }
interface Rule { readonly from: string; readonly family: Family; readonly action: string; readonly table?: string; readonly fwmark?: number; readonly not?: true; readonly to?: string; readonly iif?: string; readonly oif?: string; readonly also?: readonly string[]; readonly pointer: string; readonly command: string }
interface Nexthop { readonly gateway?: string; readonly dev?: string; readonly pointer: string }
interface Route { readonly family: Family; readonly table: string; readonly dst: string; readonly nexthops: readonly Nexthop[]; readonly pointer: string; readonly command: string }

/** Where a proxy sends replies from the VIPs of one family. */
export interface Egress {
  readonly family: Family
  readonly table: string
  readonly rule: Rule
  readonly route: Route | undefined
  readonly nexthops: readonly Nexthop[]
}

/** One per (family, table) that a rule "from VIP" names: a single table since Meridio v1.2.0, one per VIP before (meridio.md §4.1). A VIP without a rule has none. */
export function egressOf(config: Observed<TrenchConfig>, rules: readonly Rule[], routes: readonly Route[], proxy: Subject): readonly Egress[] {
  const all = expectedOf(config, proxy).vips.flatMap(vip => {
    const rule = ruleFrom(rules, vip)
    if (rule?.table === undefined) return []
    // IPv6 lists a multipath route's hops either in one route or as several routes
    const found = routes.filter(row => row.family === vip.family && row.table === rule.table && row.dst === 'default')
    return [{ family: vip.family, table: rule.table, rule, route: found[0], nexthops: found.flatMap(row => row.nexthops) }]
  })
  return [...new Map(all.map(egress => [`${egress.family} ${egress.table}`, egress])).values()]
}

/** Addresses of the interfaces by which the load balancers of a conduit reach its proxies. */
export function lbAddresses(lbs: readonly Observed<readonly Address[]>[], conduit: string | undefined): readonly LbAddress[] {
  return lbs.filter(lb => lb.subject.traits['conduit'] === conduit).flatMap(lb => {
    const names = new Set(conduitLinks(lb.data.map(row => ({ name: row.interface })), lb.subject).map(({ name }) => name))
    return globalAddresses(lb.data).filter(row => names.has(row.interface)).map(row => ({ lb, row }))
  })
}
interface LbAddress { readonly lb: Observed<readonly Address[]>; readonly row: Address }

/** Those that lie in this proxy's bridge network: the next hops it should have. */
export function nearLbAddresses(proxy: Observed<readonly Address[]>, lbs: readonly Observed<readonly Address[]>[]): readonly LbAddress[] {
  const prefixes = bridgePrefixes(proxy)
  return lbAddresses(lbs, proxy.subject.traits['conduit']).filter(({ row }) => prefixes.some(prefix => within(row.address, prefix)))
}

/** Whether an address is one of the rows, in whatever spelling. */
export function isOneOf(address: string | undefined, rows: readonly { readonly row: { readonly address: string } }[]): boolean {
  return address !== undefined && rows.some(({ row }) => canonicalAddress(row.address) === canonicalAddress(address))
}

/** What each table lacks or holds, once per address: `tables` is `table 1`, or `tables 1, 2` before Meridio v1.2.0. */
export function perAddress<F extends { readonly family: Family; readonly table: string; readonly address: string }>(found: readonly F[]): readonly (F & { readonly tables: string })[] {
  return [...Map.groupBy(found, ({ family, address }) => `${family} ${canonicalAddress(address)}`).values()].flatMap(([first, ...more]) =>
    first ? [{ ...first, tables: tablesText([first, ...more]) }] : [])
}

export function tablesText(list: readonly { readonly table: string }[]): string {
  const names = [...new Set(list.map(({ table }) => table))]
  return `table${names.length === 1 ? '' : 's'} ${names.join(', ')}`
}
