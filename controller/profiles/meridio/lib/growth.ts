import type { Reads, Values } from '#judge/check.ts'
import { type Observed, outcome, type Outcome, planned } from '#judge/check.ts'
import type { Located } from '#facts/fact.ts'
import { type CounterReading, counters, countersAgain } from '../facts/transcripts.ts'

const first = { before: outcome(counters) }

/** Counters of the pod, read in both waves of a sweep. A pod that shows none in the first is not asked again. */
export const twoReadings = { ...first, after: planned(countersAgain, first, ({ before }) => (before.error ? [] : [{}])) } satisfies Reads

type Readings = Pick<Values<typeof twoReadings>, 'before' | 'after'>

/** Why the pod's counters cannot grow before our eyes. */
export function noCounters({ before }: Readings): string | undefined {
  return before.error?.code === 'not-found' ? `the pod shows no counters: ${before.error.message}` : undefined
}

export const unseenCounters = ({ before }: Readings): readonly string[] => (before.error ? [before.error.message] : [])

/** A counter that grew between two readings. */
export interface Growth { readonly what: string; readonly by: number; readonly before: Located; readonly after: Located }

/** Counters that grew, of those `name` has a word for. What is not in both readings (an interface made meanwhile), and what was set back, did not grow. */
export function growth({ before, after }: Readings, name: (reading: CounterReading) => string | undefined): readonly Growth[] {
  const earlier = new Map((before.data ?? []).map(row => [key(row), row]))
  return (after[0]?.data ?? []).flatMap(row => {
    const what = name(row)
    const was = earlier.get(key(row))
    return what !== undefined && was && row.value > was.value ? [{ what, by: row.value - was.value, before: was, after: row }] : []
  })
}

const key = ({ interface: link, group, name }: CounterReading): string => `${link ?? ''} ${group ?? ''} ${name}`

/** Seconds between two reads of one pod, to a tenth. */
export function secondsBetween(before: Outcome<unknown> | Observed<unknown>, after: Observed<unknown> | undefined): string {
  return (((after?.startedAt ?? before.startedAt) - before.startedAt) / 1000).toFixed(1)
}

/** `nsm-1 rx drop` of the interfaces in question: frames with errors, and frames the kernel dropped. */
export function dropsOf(names: ReadonlySet<string>): (reading: CounterReading) => string | undefined {
  return ({ interface: link, name }) => (link !== undefined && names.has(link) && /^[rt]x (errs|drop)$/.test(name) ? `${link} ${name}` : undefined)
}

const stack: Readonly<Record<string, string>> = {
  'Ip InHdrErrors': 'IPv4 packets with a wrong header or an ended hop count', 'Ip6 InHdrErrors': 'IPv6 packets with a wrong header or an ended hop count',
  'Ip InAddrErrors': 'IPv4 packets to an address nobody has here', 'Ip6 InAddrErrors': 'IPv6 packets to an address nobody has here',
  'Ip OutNoRoutes': 'IPv4 packets without a route out', 'Ip6 OutNoRoutes': 'IPv6 packets without a route out',
  'IpExt InNoRoutes': 'IPv4 packets in without a route', 'Ip6 InNoRoutes': 'IPv6 packets in without a route',
  'Ip FragFails': 'IPv4 packets too large for the way on', 'Ip6 FragFails': 'IPv6 packets too large for the way on',
}

/** What the IP stack of a forwarding pod could not send on, in words (RFC 4293). */
export const notForwarded = ({ group, name }: CounterReading): string | undefined => stack[`${group} ${name}`]

/** `IPv6 packets without a route out 12, nsm-1 rx drop 3` */
export const countsOf = (grown: readonly Growth[]): string => grown.map(({ what, by }) => `${what} ${by}`).join(', ')
