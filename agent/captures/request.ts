import type { Params } from '#facts/fact.ts'

/** One capture, its parameters found good. */
export interface CaptureRequest {
  /** one interface, never `any`: packets of several interfaces would lose their Ethernet header and could not be told apart */
  readonly interface: string
  /** pcap-filter(7); empty: everything */
  readonly filter: string
  /** bytes kept of each packet, Ethernet header included */
  readonly snaplen: number
  readonly seconds: number
  readonly packets: number
  /** of records, headers included */
  readonly bytes: number
  /** each packet at once; else the kernel gives them in blocks, up to a second late, for less work */
  readonly immediate: boolean
}

/** @throws {RangeError} naming the first parameter that is missing or beyond its limit */
export function readRequest(params: Params): CaptureRequest {
  const text = (name: 'interface' | 'filter', shape: RegExp): string => {
    const value = String(params[name] ?? '')
    if (!shape.test(value)) throw new RangeError(`${name} ${JSON.stringify(value.slice(0, 80))} is not one a capture takes`)
    return value
  }
  const whole = (name: 'snaplen' | 'seconds' | 'packets' | 'bytes', least: number, most: number): number => {
    const value = Number(params[name])
    if (!Number.isInteger(value) || value < least || value > most) throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${params[name]}`)
    return value
  }
  const request = {
    interface: text('interface', /^(?!any$)[\w.:@][\w.:@-]{0,14}$/),
    filter: text('filter', /^[\x20-\x7e]{0,8000}$/),
    snaplen: whole('snaplen', 64, 9216),
    seconds: whole('seconds', 1, 3600),
    packets: whole('packets', 1, 1e7),
    bytes: whole('bytes', 1, 1e9),
    immediate: params['immediate'] === true,
  }
  const option = request.filter.split(' ').find(word => word.startsWith('-'))
  if (option !== undefined) throw new RangeError(`the filter holds ${option}: no word of it may begin with a dash`)
  return request
}

/** Compiles the filter and ends, without capturing. */
export function checkArguments({ interface: name, snaplen, filter }: CaptureRequest): string[] {
  return ['-i', name, '-n', '-p', '-y', 'EN10MB', '-s', String(snaplen), '-d', '--', filter]
}

/**
 * Writes pcap records to standard output (tcpdump 4.9 and newer). A small snaplen is what keeps `--immediate-mode` free of loss: the ring's slots
 * are as large as it (performance.md, A). `-p`: the interface is not made promiscuous; taps see what arrives with it.
 */
export function captureArguments({ interface: name, snaplen, filter, packets, immediate }: CaptureRequest): string[] {
  return ['-i', name, '-n', '-p', '-y', 'EN10MB', '-s', String(snaplen), '-B', immediate ? '4096' : '16384', '--time-stamp-precision=nano', '-c', String(packets),
    ...(immediate ? ['--immediate-mode'] : []), '-U', '-w', '-', '--', filter]
}
