import type { NfqlbFlow } from '#parsers/nfqlb-flows.ts'
import type { Flow } from '../facts/config-types.ts'
import { networkOf } from './address.ts'
import { portRange } from './ports.ts'

/** nfqlb's flow of a Flow resource: `tshm-<stream>-<flow>` in Meridio 1.x, without the prefix elsewhere (nfqlb.md §3). */
export function nfqlbFlowOf<F extends NfqlbFlow>(flows: readonly F[], flow: Flow): F | undefined {
  return flows.find(({ name }) => name === `tshm-${flow.stream}-${flow.name}` || name === `${flow.stream}-${flow.name}`)
}

/** How nfqlb's flow differs from the resource, field by field, compared by meaning; empty = equal. */
export function flowDifferences(seen: NfqlbFlow, wanted: Flow): readonly { readonly field: string; readonly seen: string; readonly wanted: string }[] {
  const fields: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['priority', [String(seen.priority)], [String(wanted.priority)]],
    ['protocols', sorted(seen.protocols), sorted(wanted.protocols)],
    ['VIPs', sorted(seen.dests?.map(({ cidr }) => networkOf(cidr))), sorted(wanted.vips.map(networkOf))],
    ['destination ports', ports(seen.dports?.map(({ from, to }) => `${from}-${to}`)), ports(wanted.destinationPorts)],
    ['sources', sorted(seen.srcs?.map(({ cidr }) => networkOf(cidr))), sorted(wanted.sourceSubnets.map(networkOf))],
    ['source ports', ports(seen.sports?.map(({ from, to }) => `${from}-${to}`)), ports(wanted.sourcePorts)],
    ['byte matches', sorted(seen.match?.map(byteMatch)), sorted(wanted.byteMatches.map(byteMatch))],
  ]
  return fields.filter(([, a, b]) => a.join() !== b.join()).map(([field, a, b]) => ({ field, seen: a.join(' ') || 'any', wanted: b.join(' ') || 'any' }))
}

function sorted(list: readonly string[] | undefined): readonly string[] {
  return [...new Set(list ?? [])].sort()
}

/** Ranges sorted, overlapping and adjacent ones joined, as nfqlb keeps them. */
function ports(ranges: readonly string[] | undefined): readonly string[] {
  const joined: { first: number; last: number }[] = []
  for (const range of (ranges ?? []).map(portRange).sort((a, b) => a.first - b.first)) {
    const last = joined.at(-1)
    if (last && range.first <= last.last + 1) last.last = Math.max(last.last, range.last)
    else joined.push({ ...range })
  }
  return joined.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`))
}

/** `tcp[12 : 2] & 0x01ff = 2` → `tcp[12:2]&0x1ff=0x2`, as nfqlb prints it; a mask of 0 is none. Numbers are C's (nfqlb.md §5). */
function byteMatch(text: string): string {
  const [, place = '', mask = '0', value = ''] = /^(\w+\[\d+:[124]\])(?:&(\w+))?=(\w+)$/.exec(text.replaceAll(' ', '').toLowerCase()) ?? []
  if (place === '') return text
  return `${place}${Number(mask) === 0 ? '' : `&0x${Number(mask).toString(16)}`}=0x${(/^0[0-7]+$/.test(value) ? Number.parseInt(value, 8) : Number(value)).toString(16)}`
}
