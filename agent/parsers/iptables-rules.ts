export interface IptablesRule {
  line: number
  chain: string
  /** `-d`, as printed: `10.0.0.1/32` */
  destination?: string
  /** `-p` */
  protocol?: string
  /** `-j` */
  target?: string
}

/**
 * Parses `iptables-legacy -t TABLE -S` and its IPv6 twin (iptables 1.8.9); policies (`-P`) and user chains (`-N`) are no rules.
 *     -A PREROUTING -d 10.0.0.1/32 -j NFQUEUE --queue-balance 0:3  →  { line: 6, chain: 'PREROUTING', destination: '10.0.0.1/32', target: 'NFQUEUE' }
 * @throws {SyntaxError} on a line that is none of these, quoting it
 */
export function parseIptablesRules(text: string): IptablesRule[] {
  return text.split('\n').flatMap((row, index) => {
    if (row === '' || /^-[PN] \S+/.test(row)) return []
    const chain = /^-A (\S+)/.exec(row)?.[1]
    if (chain === undefined) throw new SyntaxError(`not a rule of iptables: ${row}`)
    const value = (option: string): string | undefined => new RegExp(` ${option} (\\S+)`).exec(row)?.[1]
    const [destination, protocol, target] = [value('-d'), value('-p'), value('-j')]
    return [{ line: index + 1, chain, ...(destination !== undefined && { destination }), ...(protocol !== undefined && { protocol }), ...(target !== undefined && { target }) }]
  })
}
