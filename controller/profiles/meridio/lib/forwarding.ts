import type { Family } from './address.ts'

interface Setting { readonly line: number; readonly key: string; readonly interface?: string; readonly value: string }

/**
 * Families that the kernel does not forward, with the line that says so. IPv4 asks the interface a packet comes in by (writing `all` sets every
 * other), IPv6 asks `all` (measured on Linux 6.18). `interfaces`: those packets come in by; without them `all` stands for them.
 */
export function forwardingOff<S extends Setting>(settings: readonly S[], families: readonly Family[], interfaces: readonly string[] = []): readonly { readonly family: Family; readonly row: S }[] {
  return families.flatMap(family => {
    const own = family === 'IPv4' ? interfaces.flatMap(name => forwardingOf(settings, family, name) ?? []) : []
    const rows = own.length > 0 ? own : [forwardingOf(settings, family, 'all')]
    const row = rows.find(setting => setting?.value === '0')
    return row ? [{ family, row }] : []
  })
}

/** Families the kernel says nothing about: it has none of their settings. */
export function untoldFamilies(settings: readonly Setting[], families: readonly Family[]): readonly Family[] {
  return families.filter(family => forwardingOf(settings, family, 'all') === undefined)
}

/** Whether the kernel tells none of them: then our sight failed, not the kernel. */
export function noneTold(settings: readonly Setting[], families: readonly Family[]): boolean {
  return untoldFamilies(settings, families).length === families.length
}

function forwardingOf<S extends Setting>(settings: readonly S[], family: Family, name: string): S | undefined {
  return settings.find(({ key }) => key === `net.${family === 'IPv4' ? 'ipv4' : 'ipv6'}.conf.${name}.forwarding`)
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
