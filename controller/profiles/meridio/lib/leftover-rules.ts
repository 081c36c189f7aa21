import type { Vip } from '../facts/config-types.ts'
import { canonicalAddress, canonicalPrefix } from './address.ts'

interface Rule { readonly from: string; readonly table?: string }

/** Rules to one of the tables whose source is no VIP: what an earlier configuration left. */
export function leftoverRules<R extends Rule>(rules: readonly R[], tables: readonly string[], vips: readonly Pick<Vip, 'prefix' | 'address'>[]): readonly R[] {
  return rules.filter(({ from, table }) => from !== 'all' && table !== undefined && tables.includes(table)
    && !vips.some(vip => (from.includes('/') ? canonicalPrefix(from) === vip.prefix : canonicalAddress(from) === vip.address)))
}
