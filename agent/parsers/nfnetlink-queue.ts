export interface NfnetlinkQueue {
  line: number
  queue: number
  /** netlink port of the program that is bound to the queue */
  portId: number
  /** packets in the queue, without a verdict yet */
  waiting: number
  /** 0 none, 1 metadata, 2 packet */
  copyMode: number
  /** bytes of a packet the program gets */
  copyRange: number
  /** packets dropped because the queue was full */
  queueDropped: number
  /** packets dropped because they did not fit the program's socket */
  userDropped: number
  /** number of the last packet, counted from 1 since the program bound the queue */
  idSequence: number
}

/**
 * Parses /proc/net/netfilter/nfnetlink_queue, one line per bound queue; empty when nothing is bound
 * (format: kernel net/netfilter/nfnetlink_queue.c, seq_show; the last column is always 1).
 *         0  10977  1024 2  1500   241     0     1024  1
 * @throws {SyntaxError} on a line that is not nine numbers, quoting it
 */
export function parseNfnetlinkQueue(text: string): NfnetlinkQueue[] {
  return text.split('\n').flatMap((text, index) => {
    if (text === '') return []
    if (!/^\s*\d+(\s+\d+){8}$/.test(text)) throw new SyntaxError(`not an NFQUEUE line: ${text}`)
    const [queue, portId, waiting, copyMode, copyRange, queueDropped, userDropped, idSequence] = text.trim().split(/\s+/).map(Number) as [number, number, number, number, number, number, number, number]
    return [{ line: index + 1, queue, portId, waiting, copyMode, copyRange, queueDropped, userDropped, idSequence }]
  })
}
