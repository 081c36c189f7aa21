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
  const rows: unknown = text.trim() === '' ? [] : JSON.parse(text)
  if (!Array.isArray(rows)) throw new SyntaxError(`not a list of bridge ports: ${text.slice(0, 80)}`)
  return rows.flatMap((row, index) => {
    if (JSON.stringify(row) === '{}') return []
    const { ifname, master, state, flags } = row ?? {}
    if (typeof ifname !== 'string' || !Array.isArray(flags) || ![master, state].every(word => word === undefined || typeof word === 'string')) {
      throw new SyntaxError(`not a bridge port: ${JSON.stringify(row)}`)
    }
    return [{ pointer: `/${index}`, port: ifname, ...(master !== undefined && { master }), ...(state !== undefined && { state }), flags }]
  })
}
