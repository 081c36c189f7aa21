import type { EndedEvent, HopView, JourneyEvent, NfqlbEvent, NfqlbStateEvent, PacketEvent, StartedEvent, TraceEvent, TraceFinding } from '../api/trace-events.ts'
import { table } from './table.ts'

type LedgerRow = EndedEvent['rows'][number]

type Taps = StartedEvent['taps']

/** What a line of the terminal says of an event: one line per packet, and what it is good to know besides. undefined: nothing. */
export function traceLine(event: TraceEvent, taps: Taps): string | undefined {
  switch (event.type) {
    case 'journey': return journeyLine(event, taps)
    case 'packet': return packetLine(event, taps)
    case 'nfqlb': return event.journey === undefined || event.verdict === undefined ? nfqlbLine(event) : undefined
    case 'nfqlb-trace': return nfqlbStateLine(event)
    case 'switch': return `# ${taps[event.tap]?.label} is captured ${event.mode} from now on, at ${event.perSecond} packets a second`
    case 'finding': return findingLine(event)
    case 'shed': return `# this terminal was too slow: ${event.events} lines are missing here`
    case 'tap': return event.state === 'failed' ? `# ${taps[event.tap]?.label} is not captured: ${event.message}` : undefined
    default: return undefined
  }
}

/** `08:22:30.123456789 request A > B tcp SYN seq 1 len 0 | lb-46qjc/nsm-1 +41us lb-46qjc/load-balan-27a4 <2.6ms … | LOST: last seen …` */
export function journeyLine({ at, way, packet, again, hops, outcome, text, mark }: JourneyEvent, taps: Taps): string {
  const end = outcome === 'arrived' || outcome === 'other' ? [] : [`${outcome === 'lost' || outcome === 'aside' ? 'LOST' : outcome}: ${text ?? ''}`]
  return [[time(at), way, packet.flow, packet.what, ...(again ? ['(sent again)'] : [])].join(' '), hopsText(hops, taps), ...(mark ? [`${mark.text} (${mark.by})`] : []), ...end].join(' | ')
}

/** What no packet that was seen belongs to, or is not sure: `# nfqlb lb-46qjc 192.0.2.10:40000 > 10.0.0.1:5001 tcp len 60: mark 5003 of tshm-stream1` */
function nfqlbLine(event: NfqlbEvent): string {
  return `# nfqlb ${event.pod.split('/')[1]} ${event.text}${event.journey === undefined ? ' (of no packet that was captured)' : ''}`
}

function nfqlbStateLine({ pod, state, message }: NfqlbStateEvent): string {
  const what = { active: 'traces, too', ended: `traces no more: ${message}`, refused: `does not trace: ${message}`, unsupported: 'does not trace: its probe is too old', failed: `traces no more: ${message}` }[state]
  return `# nfqlb of ${pod.split('/')[1]} ${what}`
}

function packetLine({ at, id, tap, packet }: PacketEvent, taps: Taps): string {
  return `${time(at)} #${id} ${taps[tap]?.label} ${packet.flow} ${packet.what}`
}

/** What is looked at, before the first packet. */
export function startedLines({ trench, taps, unseen, filter, snaplen, clocks }: StartedEvent): string[] {
  const pods = new Set(taps.map(({ pod }) => pod)).size
  return [
    `tracing ${trench}: ${taps.length} interfaces of ${pods} pods, ${snaplen} bytes of each packet, filter: ${filter || 'none'}`,
    ...clocks.filter(({ offsetNs }) => offsetNs !== 0).map(({ node, offsetNs, errorNs }) => `the clock of ${node} is ${duration(offsetNs)} ahead, true to ${duration(errorNs)}: taken out`),
    ...unseen.map(({ pod, interface: name, reason }) => `not looked at: ${pod}${name ? `/${name}` : ''}: ${reason}`),
  ]
}

/** What came of the trace: packets by outcome, findings, and the ledger. */
export function endedLines({ reason, outcomes, rows, findings }: EndedEvent, taps: Taps): string[] {
  return [`the trace has ended: ${reason}`, followedLine(outcomes), ...findings.map(finding => `${findingLine(finding)} (${finding.packets} packets)`), ...ledgerLines(rows, taps)]
}

/** `41 packets followed: 40 arrived, 1 lost` */
export function followedLine(outcomes: EndedEvent['outcomes']): string {
  const total = Object.values(outcomes).reduce((sum, count) => sum + count, 0)
  const said = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`).join(', ')
  return `${total} packets followed${said === '' ? '' : `: ${said}`}`
}

/** A line per interface that matched anything or is not exact, a column per kind of loss there was. */
export function ledgerLines(rows: EndedEvent['rows'], taps: readonly { readonly label: string }[]): string[] {
  const shown = rows.filter(row => row.matched > 0 || !row.closed)
  const losses = ([['KERNEL-DROPPED', row => row.kernelDropped], ['PROBE-SHED', row => row.probeShed], ['UNWRITTEN', row => row.unwritten], ['OVERWRITTEN', row => row.overwritten], ['LATE', row => row.late], ['TWICE', row => row.twice], ['UNREAD', row => row.unread]] as const satisfies readonly (readonly [string, (row: LedgerRow) => number])[])
    .filter(([, count]) => shown.some(row => count(row) > 0))
  return table([
    ['INTERFACE', 'MATCHED', 'DELIVERED', ...losses.map(([name]) => name), 'UNACCOUNTED'],
    ...shown.map(row => [taps[row.tap]?.label ?? '', ...[row.matched, row.delivered, ...losses.map(([, count]) => count(row))].map(String), row.closed ? String(row.unaccounted) : `${row.unaccounted} (no closing count)`]),
  ])
}

/** `# loss lb-46qjc packet-lost requests to 10.0.0.1: last seen at …; by the facts of …: no rule takes a packet with mark 5003` */
function findingLine({ severity, subject, check, text }: TraceFinding): string {
  return `# ${severity} ${subject.name} ${check}: ${text}`
}

/** 0 nothing was lost and all went as predicted, 1 not so. */
export function traceExitCode({ outcomes, findings }: Pick<EndedEvent, 'outcomes' | 'findings'>): 0 | 1 {
  return (outcomes.lost ?? 0) + (outcomes.aside ?? 0) + findings.length > 0 ? 1 : 0
}

function hopsText(hops: readonly HopView[], taps: Taps): string {
  const flooded = hops.filter(hop => hop.flooded).map(({ tap }) => taps[tap]?.label)
  const along = hops.filter(hop => !hop.flooded).map(hop => hopText(hop, taps)).join(' ')
  return flooded.length === 0 ? along : `${along} (flooded to ${flooded.join(', ')})`
}

function hopText({ tap, afterNs, withinNs = 0, copies }: HopView, taps: Taps): string {
  const name = `${taps[tap]?.label}${copies === undefined ? '' : ` (x${copies})`}`
  if (afterNs === undefined) return name
  // between two clocks nothing smaller than their error is claimed
  if (withinNs > 0 && Math.abs(afterNs) <= withinNs) return `<${duration(withinNs)} ${name}`
  return `+${duration(afterNs)}${withinNs > 0 ? `±${duration(withinNs)}` : ''} ${name}`
}

function duration(ns: number): string {
  const size = Math.abs(ns)
  return size < 1e6 ? `${(ns / 1e3).toFixed(0)}us` : size < 1e9 ? `${(ns / 1e6).toFixed(1)}ms` : `${(ns / 1e9).toFixed(2)}s`
}

function time(at: string): string {
  return at.slice(11, -1)
}
