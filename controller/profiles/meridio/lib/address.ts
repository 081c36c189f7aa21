import { BlockList, isIP } from 'node:net'

export type Family = 'IPv4' | 'IPv6'
export const families: readonly Family[] = ['IPv4', 'IPv6']

/** Family of an address or prefix in text. */
export function familyOf(address: string): Family {
  return address.includes(':') ? 'IPv6' : 'IPv4'
}

/** The address of a prefix: `10.0.0.1/32` → `10.0.0.1`, in the one spelling `sameAddress` uses. */
export function hostOf(prefix: string): string {
  return canonicalAddress(prefix.split('/')[0] ?? prefix)
}

/** One spelling per address (RFC 5952 for IPv6), so that texts of CRs, BIRD, nfqlb and the kernel compare as equal. Not an address: unchanged. */
export function canonicalAddress(address: string): string {
  if (isIP(address) !== 6) return address
  return new URL(`http://[${address}]/`).hostname.slice(1, -1)
}

/** The same for `address/length`. */
export function canonicalPrefix(prefix: string): string {
  const [address = '', length] = prefix.split('/')
  return length === undefined ? canonicalAddress(address) : `${canonicalAddress(address)}/${length}`
}

/** Whether `address` lies inside `prefix` (of either family). */
export function within(address: string, prefix: string): boolean {
  const [net = '', length = ''] = prefix.split('/')
  const type = familyOf(net) === 'IPv6' ? 'ipv6' : 'ipv4'
  if (familyOf(address) !== familyOf(net) || isIP(net) === 0 || isIP(address) === 0) return false
  const list = new BlockList()
  list.addSubnet(net, Number(length), type)
  return list.check(address, type)
}

/** The network a prefix lies in, host bits cleared: `10.1.2.3/24` → `10.1.2.0/24`. Canonical; what is no prefix stays as it is. */
export function networkOf(prefix: string): string {
  const [address = '', length = ''] = canonicalPrefix(prefix).split('/')
  if (isIP(address) === 0 || length === '') return prefix
  const width = isIP(address) === 4 ? 8 : 16
  const parts = isIP(address) === 4 ? address.split('.').map(Number) : groupsOf(address)
  const kept = parts.map((part, index) => part & (-1 << Math.min(width, Math.max(0, width * (index + 1) - Number(length)))))
  return canonicalPrefix(`${isIP(address) === 4 ? kept.join('.') : kept.map(part => part.toString(16)).join(':')}/${length}`)
}

/** The eight groups of an IPv6 address in canonical spelling. */
function groupsOf(address: string): number[] {
  const [left = [], right = []] = address.split('::').map(half => half.split(':').filter(Boolean).map(group => Number.parseInt(group, 16)))
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right]
}
