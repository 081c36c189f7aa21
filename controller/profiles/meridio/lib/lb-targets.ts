import type { NfqlbStream } from '#facts/nfqlb-streams.ts'
import type { Observed } from '#judge/check.ts'
import { canonicalAddress, type Family, within } from './address.ts'
import { conduitLinks, globalAddresses } from './interfaces.ts'
import { defaultRoute } from './routes.ts'

interface Rule { readonly family: Family; readonly fwmark?: number; readonly action: string; readonly table?: string; readonly pointer: string; readonly command: string }
interface Route { readonly family: Family; readonly table: string; readonly dst: string; readonly type: string; readonly gateway?: string; readonly dev?: string; readonly pointer: string; readonly command: string }
interface Address { readonly interface: string; readonly address: string; readonly family: Family; readonly prefixLength: number; readonly scope: string }

/** A target that nfqlb sends packets to, and the way the kernel gives them in one family. */
export interface TargetWay {
  readonly family: Family
  readonly stream: string
  readonly fwmark: number
  /** where nfqlb shows it */
  readonly shown: { readonly line: number; readonly command: string }
  readonly rule: Rule | undefined
  /** the rule's table, or the one of the mark's number where the rule is missing */
  readonly table: string
  readonly route: Route | undefined
  /** the target's name: its address where the table knows it, else its mark */
  readonly target: string
}

/**
 * One per active mark and family: mark → rule → table → next hop (table number = mark in all versions; the mark is the target's identifier up to
 * Meridio v0.8, 5000 and more since v0.9). nfqlb may show a mark on two indexes. A stream that could not be shown has none.
 */
export function targetWays(streams: readonly NfqlbStream[], rules: readonly Rule[], routes: readonly Route[], families: readonly Family[]): readonly TargetWay[] {
  return streams.flatMap(stream => (stream.error !== undefined ? [] : [...new Set(stream.active.map(({ fwmark }) => fwmark))].flatMap(fwmark => families.map(family => {
    const rule = rules.find(row => row.family === family && row.fwmark === fwmark && row.action === 'lookup')
    const table = rule?.table ?? String(fwmark)
    const route = defaultRoute(routes, family, table)
    return { family, stream: stream.stream, fwmark, shown: { line: stream.line, command: stream.command }, rule, table, route, target: route?.gateway ?? String(fwmark) }
  }))))
}

/** The first way to each target of a stream and family: two marks may lead to one address. */
export function oncePerTarget(ways: readonly TargetWay[]): readonly TargetWay[] {
  return [...Map.groupBy(ways, ({ family, stream, target }) => `${family} ${stream} ${target}`).values()].flatMap(([first]) => first ?? [])
}

/** Active targets whose address is not known here, because no route tells it. */
export function unseenTargets(ways: readonly TargetWay[]): readonly string[] {
  return ways.filter(({ route }) => route?.gateway === undefined).map(({ family, stream, target }) => `${stream}: active target ${target} has no ${family} route that tells its address`)
}

/** Whether an address lies in a network between this load balancer and one of its proxies. */
export function inConduit(address: string, lb: Observed<readonly Address[]>): boolean {
  const names = new Set(conduitLinks(lb.data.map(row => ({ name: row.interface })), lb.subject).map(({ name }) => name))
  return globalAddresses(lb.data).some(row => names.has(row.interface) && within(address, `${row.address}/${row.prefixLength}`))
}

export function sameAddress(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && canonicalAddress(a) === canonicalAddress(b)
}
