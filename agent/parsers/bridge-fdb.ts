import { jsonElements } from './json-elements.ts'

export interface BridgeFdbEntry {
  pointer: string
  mac: string
  /** interface behind which the address is */
  port: string
  /** bridge whose table it is in; absent = the interface's own filter (flag `self`) */
  master?: string
  vlan?: number
  /** `permanent` (an interface's own address), `static`, `stale`; empty = learned */
  state: string
  /** `self`, `extern_learn`, `offload` … */
  flags: string[]
}

/**
 * Parses `bridge -j fdb show br BRIDGE` (iproute2 6.1).
 *     {"mac":"02:fe:c6:b9:bf:4b","ifname":"load-balan-90c8","flags":[],"master":"bridge0","state":""}   learned
 * @throws {SyntaxError} on what is not such a list, quoting the element
 */
export function parseBridgeFdb(text: string): BridgeFdbEntry[] {
  return jsonElements(text, 'forwarding entries').map(({ value, pointer }) => {
    const { mac, ifname, master, vlan, state = '', flags = [] } = value
    if (typeof mac !== 'string' || typeof ifname !== 'string' || typeof state !== 'string' || !Array.isArray(flags)) throw new SyntaxError(`not a forwarding entry: ${JSON.stringify(value)}`)
    return { pointer, mac, port: ifname, ...(typeof master === 'string' && { master }), ...(typeof vlan === 'number' && { vlan }), state, flags }
  })
}
