export interface BirdLogLine {
  line: number
  /** local time of the pod, `YYYY-MM-DD hh:mm:ss.mmm` */
  at: string
  /** `TRACE`, `INFO`, `RMT`, `WARN`, `ERR`, `AUTH`, `FATAL`, `BUG`, `DEBUG` */
  class: string
  /** protocol it is about, where the text begins with one; of a channel (`NBR-a.ipv4`), its protocol */
  protocol?: string
  /** without the protocol */
  text: string
}

/**
 * Parses /var/log/bird.log (bird.md §7; recorded from 2.0.8 to 3.4.0). BIRD 3 adds its thread.
 *     2026-11-21 03:23:05.133 <RMT> NBR-gateway1: Error: Bad peer AS: 4248829953
 *     2026-11-21 03:51:21.744 [0002] <TRACE> NBR-gateway2.ipv6: Fed up
 * @throws {SyntaxError} on a line that is none, quoting it
 */
export function parseBirdLog(text: string): BirdLogLine[] {
  return text.split('\n').flatMap((row, index) => {
    if (row === '') return []
    const match = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) (?:\[\d+\] )?<([A-Z]+)> (?:(NBR-[\w-]+)(?:\.\w+)?: )?(.*)$/.exec(row)
    if (!match) throw new SyntaxError(`not a line of BIRD's log: ${row}`)
    const [, at = '', kind = '', protocol, said = ''] = match
    return [{ line: index + 1, at, class: kind, ...(protocol !== undefined && { protocol }), text: said }]
  })
}
