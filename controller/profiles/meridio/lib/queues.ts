/** Queue numbers of `NSM_NFQUEUE` (`0:3` → 0, 1, 2, 3; a single number stands for itself). */
export function queueNumbers(range: string): readonly number[] {
  const [first = 0, last = first] = range.split(':').map(Number)
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
