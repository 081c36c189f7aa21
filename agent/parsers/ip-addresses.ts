import { type JsonElement, jsonElements } from './json-elements.ts'

export interface IpAddress {
  pointer: string
  interface: string
  family: 'IPv4' | 'IPv6'
  address: string
  prefixLength: number
  /** far end of a point-to-point address */
  peer?: string
  /** `global`, `link`, `host` … */
  scope: string
  /** `dadfailed`, `tentative`, `deprecated`, `nodad`, `secondary`, `dynamic` … */
  flags: string[]
}

/**
 * Parses `ip -j -d -s addr` (and plain `ip -j addr`) into one row per address (iproute2 5.10–6.1). An interface without addresses gives no row.
 * `pointer` is that of the address: `/3/addr_info/0`. Flags are the keys with the value `true`.
 * @throws {SyntaxError} on what is not such a list, quoting the element
 */
export function parseIpAddresses(text: string): IpAddress[] {
  return jsonElements(text, 'interfaces').flatMap(({ value: link, pointer }) => {
    if (typeof link.ifname !== 'string' || !Array.isArray(link.addr_info)) throw new SyntaxError(`not an interface with addresses: ${JSON.stringify(link)}`)
    return jsonElements(JSON.stringify(link.addr_info), `addresses of ${link.ifname}`).map(address => addressOf(address.value, link.ifname, `${pointer}/addr_info${address.pointer}`))
  })
}

const families: Readonly<Record<string, IpAddress['family']>> = { inet: 'IPv4', inet6: 'IPv6' }

function addressOf(element: JsonElement['value'], name: string, pointer: string): IpAddress {
  const family = families[element.family]
  if (!family || typeof element.local !== 'string' || typeof element.prefixlen !== 'number' || typeof element.scope !== 'string') {
    throw new SyntaxError(`not an address of ${name}: ${JSON.stringify(element)}`)
  }
  return {
    pointer,
    interface: name,
    family,
    address: element.local,
    prefixLength: element.prefixlen,
    ...(typeof element.address === 'string' && { peer: element.address }),
    scope: element.scope,
    flags: Object.keys(element).filter(key => element[key] === true),
  }
}
