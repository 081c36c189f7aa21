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
