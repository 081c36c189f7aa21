import type { Evidence, Observed } from '#judge/check.ts'
import { canonicalAddress, type Family } from './address.ts'

interface Address { readonly address: string; readonly family: Family; readonly pointer: string }

/** Addresses that more than one pod (or more than one interface) holds, with who and the proof. */
export function duplicates<A extends Address>(rows: readonly { readonly seen: Observed<readonly A[]>; readonly row: A }[]): readonly { readonly address: string; readonly family: Family; readonly pods: string; readonly proof: readonly Evidence[] }[] {
  const groups = Map.groupBy(rows, ({ row }) => canonicalAddress(row.address))
  return [...groups].filter(([, group]) => group.length > 1).map(([address, group]) => ({
    address,
    family: address.includes(':') ? 'IPv6' as const : 'IPv4' as const,
    pods: [...new Set(group.map(({ seen }) => seen.subject.name))].join(' and '),
    proof: group.map(({ seen, row }) => seen.at(row)),
  }))
}
