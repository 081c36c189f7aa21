import type { Subject } from '#judge/subject.ts'

/** Netfilter queues of an LB/FE, from `NSM_NFQUEUE`: `0:3` → 0, 1, 2, 3; a single number stands for itself. */
export function queuesOf(lb: Subject): { readonly range: string; readonly numbers: readonly number[] } {
  const range = lb.traits['queues'] ?? '0:3'
  const [first = 0, last = first] = range.split(':').map(Number)
  return { range, numbers: Array.from({ length: last - first + 1 }, (_, index) => first + index) }
}
