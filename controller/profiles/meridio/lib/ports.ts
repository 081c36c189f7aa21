/** `5000-5003` or `5000` as numbers. */
export function portRange(text: string): { readonly first: number; readonly last: number } {
  const [first = '0', last = first] = text.split('-')
  return { first: Number(first), last: Number(last) }
}

/** Whether a port lies in one of the ranges; no ranges = any port. */
export function inRanges(port: number, ranges: readonly string[]): boolean {
  return ranges.length === 0 || ranges.map(portRange).some(({ first, last }) => port >= first && port <= last)
}
