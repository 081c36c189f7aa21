/** What tcpdump counts, since it began. */
export interface CaptureCounters {
  /** "received by filter": what the kernel found to match, what it then had no room for included (libpcap on Linux) */
  readonly matched: number
  readonly captured: number
  readonly kernelDropped: number
  /** its last: it has ended */
  readonly closing: boolean
}

/**
 * The last counters in what tcpdump wrote to standard error, or undefined. At SIGUSR1 it writes them on one line, at its end on three:
 *     tcpdump: 13 packets captured, 13 packets received by filter, 0 packets dropped by kernel
 */
export function countersIn(text: string): CaptureCounters | undefined {
  const [, captured, comma, matched, kernelDropped] = [...text.matchAll(said)].at(-1) ?? []
  return captured === undefined ? undefined : { matched: Number(matched), captured: Number(captured), kernelDropped: Number(kernelDropped), closing: comma === '' }
}

export function withoutCounters(text: string): string {
  return text.replaceAll(said, '')
}

const said = /(\d+) packets? captured(,?)\s+(\d+) packets? received by filter,?\s+(\d+) packets? dropped by kernel/g
