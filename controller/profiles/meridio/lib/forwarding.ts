import type { Family } from './address.ts'

interface Setting { readonly line: number; readonly key: string; readonly interface?: string; readonly value: string }

/** Families whose forwarding is switched off for all interfaces, with the line that says so. */
export function forwardingOff<S extends Setting>(settings: readonly S[], families: readonly Family[]): readonly { readonly family: Family; readonly row: S }[] {
  return families.flatMap(family => {
    const key = `net.${family === 'IPv4' ? 'ipv4' : 'ipv6'}.conf.all.forwarding`
    const row = settings.find(setting => setting.key === key)
    return row?.value === '0' ? [{ family, row }] : []
  })
}

/** Interfaces whose effective reverse-path filter (the larger of `all` and their own) is strict, with the line that decides. */
export function strictReversePath<S extends Setting>(settings: readonly S[], interfaces: ReadonlySet<string>): readonly { readonly interface: string; readonly row: S }[] {
  const filters = settings.filter(({ key }) => key.startsWith('net.ipv4.conf.') && key.endsWith('.rp_filter'))
  const all = filters.find(row => row.interface === 'all')
  return filters.flatMap(row => {
    if (row.interface === undefined || !interfaces.has(row.interface)) return []
    const deciding = Number(all?.value ?? 0) > Number(row.value) ? (all ?? row) : row
    return deciding.value === '1' ? [{ interface: row.interface, row: deciding }] : []
  })
}
