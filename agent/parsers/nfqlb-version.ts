/**
 * Parses `nfqlb version`: the version of the binary that was run, which need not be the one that balances.
 *     1.2.0  →  '1.2.0'
 * @throws {SyntaxError} on anything else, quoting it
 */
export function parseNfqlbVersion(text: string): string {
  const match = /^(\S+)\n?$/.exec(text)
  if (!match?.[1]) throw new SyntaxError(`not a version: ${text.slice(0, 80)}`)
  return match[1]
}
