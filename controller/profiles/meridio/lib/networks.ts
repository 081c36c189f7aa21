import { networkOf } from './address.ts'

interface Address { readonly interface: string; readonly address: string; readonly prefixLength: number; readonly family: string }

/** Networks that more than one interface is in, with one address of each interface. */
export function sharedNetworks<A extends Address>(rows: readonly A[]): readonly { readonly network: string; readonly family: string; readonly rows: readonly A[] }[] {
  return [...Map.groupBy(rows, row => networkOf(`${row.address}/${row.prefixLength}`))].flatMap(([network, group]) => {
    const first = [...new Map(group.toReversed().map(row => [row.interface, row])).values()].toReversed()
    const family = group[0]?.family
    return first.length < 2 || family === undefined ? [] : [{ network, family, rows: first }]
  })
}
