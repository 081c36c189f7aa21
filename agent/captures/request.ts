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
  /** undefined: any number */
  readonly packets: number | undefined
  /** of records, headers included */
  readonly bytes: number
  /** each packet at once; else the kernel gives them in blocks, up to 1.9 s late, for less work */
  readonly immediate: boolean
  /** what it captures stays in the probe's memory, so that it may go on for longer */
  readonly isRing: boolean
}

/** What can be streamed. */
export const captures = ['packets', 'ring'] as const

/** @throws {RangeError} naming the first parameter that is missing or beyond its limit */
export function readRequest(params: Params, capture: (typeof captures)[number] = 'packets'): CaptureRequest {
  const text = (name: 'interface' | 'filter', shape: RegExp): string => {
    const value = String(params[name] ?? '')
    if (!shape.test(value)) throw new RangeError(`${name} ${JSON.stringify(value.slice(0, 80))} is not one a capture takes`)
    return value
  }
  const isRing = capture === 'ring'
  const request = {
    interface: text('interface', /^(?!any$)[\w.:@][\w.:@-]{0,14}$/),
    filter: text('filter', /^[\x20-\x7e]{0,8000}$/),
    snaplen: wholeNumber(params, 'snaplen', 64, 9216),
    seconds: wholeNumber(params, 'seconds', 1, isRing ? 86_400 : 3600),
    packets: isRing ? undefined : wholeNumber(params, 'packets', 1, 1e7),
    bytes: isRing ? Number.POSITIVE_INFINITY : wholeNumber(params, 'bytes', 1, 1e9),
    immediate: params['immediate'] === true,
    isRing,
  }
  const option = request.filter.split(' ').find(word => word.startsWith('-'))
  if (option !== undefined) throw new RangeError(`the filter holds ${option}: no word of it may begin with a dash`)
  return request
}

/** @throws {RangeError} naming the parameter and its bounds */
export function wholeNumber(params: Params, name: string, least: number, most: number): number {
  const value = Number(params[name])
  if (!Number.isInteger(value) || value < least || value > most) throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${params[name]}`)
  return value
}

/** Compiles the filter and ends, without capturing. */
export function checkArguments({ interface: name, snaplen, filter }: CaptureRequest): string[] {
  return ['-i', name, '-n', '-p', '-y', 'EN10MB', '-s', String(snaplen), '-d', '--', filter]
}

/**
 * Writes pcap records to standard output (tcpdump 4.99 and newer), each at once (`-U`) or, where the kernel hands them over in blocks, as stdio fills 4096 bytes: a tenth
 * of the work. A small snaplen is what keeps `--immediate-mode` free of loss: the ring's slots are as large as it (performance.md, A). `-p`: the interface is not made
 * promiscuous; taps see what arrives with it.
 */
export function captureArguments({ interface: name, snaplen, filter, packets, immediate, isRing }: CaptureRequest): string[] {
  return ['-i', name, '-n', '-p', '-y', 'EN10MB', '-s', String(snaplen), '-B', immediate || isRing ? '4096' : '16384', '--time-stamp-precision=nano',
    ...(packets === undefined ? [] : ['-c', String(packets)]), ...(immediate ? ['--immediate-mode', '-U'] : []), '-w', '-', '--', filter]
}
