import type { Evidence, Observed } from '#judge/check.ts'
import { canonicalAddress, type Family } from './address.ts'

interface Address { readonly interface: string; readonly address: string; readonly family: Family; readonly pointer: string }

/** Addresses that more than one interface holds, with the interfaces (`tg-3 nsm-0 and tg-4 nsm-0`) and the proof. */
export function duplicates<A extends Address>(rows: readonly { readonly seen: Observed<readonly A[]>; readonly row: A }[]): readonly { readonly address: string; readonly family: Family; readonly owners: string; readonly proof: readonly Evidence[] }[] {
  return [...Map.groupBy(rows, ({ row }) => canonicalAddress(row.address))].flatMap(([address, group]) => {
    const owners = [...new Set(group.map(({ seen, row }) => `${seen.subject.name} ${row.interface}`))]
    const family = group[0]?.row.family
    return owners.length < 2 || family === undefined ? [] : [{ address, family, owners: owners.join(' and '), proof: group.map(({ seen, row }) => seen.at(row)) }]
  })
}
