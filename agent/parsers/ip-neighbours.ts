import { type JsonElement, jsonElements } from './json-elements.ts'

export interface IpNeighbour {
  pointer: string
  family: 'IPv4' | 'IPv6'
  address: string
  interface: string
  /** absent while nobody has answered (INCOMPLETE, FAILED) */
  mac?: string
  /** `REACHABLE`, `STALE`, `DELAY`, `PROBE`, `FAILED`, `INCOMPLETE`, `PERMANENT`, `NOARP`; empty for an entry never used */
  state: string[]
  /** says of itself that it is a router (IPv6) */
  router: boolean
}

/**
 * Parses `ip -j -d -s neigh`, both families in one list (iproute2 5.10–6.1).
 *     {"dst":"fd00::1","dev":"bridge0","lladdr":"02:fe:c6:b9:bf:4b","router":null,…,"state":["REACHABLE"]}
 * @throws {SyntaxError} on what is not such a list, quoting the element
 */
export function parseIpNeighbours(text: string): IpNeighbour[] {
  return jsonElements(text, 'neighbours').map(({ value, pointer }) => neighbourOf(value, pointer))
}

function neighbourOf(row: JsonElement['value'], pointer: string): IpNeighbour {
  const { dst, dev, lladdr, state = [] } = row
  if (typeof dst !== 'string' || typeof dev !== 'string' || !['undefined', 'string'].includes(typeof lladdr) || !Array.isArray(state)) {
    throw new SyntaxError(`not a neighbour: ${JSON.stringify(row)}`)
  }
  return {
    pointer,
    family: dst.includes(':') ? 'IPv6' : 'IPv4',
    address: dst,
    interface: dev,
    ...(lladdr !== undefined && { mac: lladdr }),
    state,
    router: 'router' in row,
  }
}
