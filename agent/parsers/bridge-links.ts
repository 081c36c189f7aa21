import { jsonElements } from './json-elements.ts'

export interface BridgeLink {
  pointer: string
  /** interface that is a port */
  port: string
  /** bridge it belongs to */
  master?: string
  /** `forwarding`, `blocking`, `disabled`, `listening`, `learning`; absent where the hardware bridges */
  state?: string
  /** of the interface: `UP`, `LOWER_UP`, `NO-CARRIER` … */
  flags: string[]
}

/**
 * Parses `bridge -j -d link`: the ports of all bridges (iproute2 6.1). No bridge gives `[]`.
 * @throws {SyntaxError} on what is not such a list, quoting the element
 */
export function parseBridgeLinks(text: string): BridgeLink[] {
  return jsonElements(text, 'bridge ports').map(({ value, pointer }) => {
    const { ifname, master, state, flags } = value
    if (typeof ifname !== 'string' || !Array.isArray(flags) || ![master, state].every(word => word === undefined || typeof word === 'string')) {
      throw new SyntaxError(`not a bridge port: ${JSON.stringify(value)}`)
    }
    return { pointer, port: ifname, ...(master !== undefined && { master }), ...(state !== undefined && { state }), flags }
  })
}
