import { canonicalAddress, type Family, within } from './address.ts'

interface Rule { readonly family: Family; readonly pref: number; readonly from: string; readonly to?: string; readonly fwmark?: number; readonly fwmask?: number; readonly not?: true; readonly iif?: string; readonly oif?: string; readonly also?: readonly string[]; readonly action: string; readonly table?: string }
interface Route { readonly family: Family; readonly table: string; readonly dst: string; readonly type: string; readonly metric?: number; readonly nexthops: readonly { readonly gateway?: string; readonly dev?: string }[] }

/** What the kernel does with a packet: the rule that decides, and the route it leads to; `unclear`: a rule before them asks for more than is known. */
export interface KernelWay<R extends Rule, T extends Route> {
  readonly rule?: R
  readonly route?: T
  readonly unclear?: string
}

/** Policy routing as the kernel does it: rules in their order; a table without a route for the packet passes it on to the next rule. */
export function kernelWay<R extends Rule, T extends Route>(rules: readonly R[], routes: readonly T[], packet: { readonly family: Family; readonly source: string; readonly destination: string; readonly mark: number }): KernelWay<R, T> {
  for (const rule of rules.filter(({ family }) => family === packet.family)) {
    if (!matches(rule, packet)) continue
    // these depend on where a packet comes from, or on what it carries
    if (rule.not || rule.iif !== undefined || rule.oif !== undefined || rule.also !== undefined) return { unclear: `rule ${rule.pref} asks for more than addresses and mark` }
    if (rule.action !== 'lookup') return { rule }
    const route = bestRoute(routes, packet.family, rule.table ?? 'main', packet.destination)
    if (route) return { rule, route }
  }
  return {}
}

function matches({ from, to, fwmark, fwmask = 0xffffffff }: Rule, packet: { readonly source: string; readonly destination: string; readonly mark: number }): boolean {
  return covers(from, packet.source) && (to === undefined || covers(to, packet.destination)) && (fwmark === undefined || ((packet.mark & fwmask) >>> 0) === (fwmark >>> 0))
}

function covers(prefix: string, address: string): boolean {
  if (prefix === 'all' || prefix === 'default') return true
  return prefix.includes('/') ? within(address, prefix) : canonicalAddress(prefix) === canonicalAddress(address)
}

/** Longest prefix first, then the lowest metric. */
function bestRoute<T extends Route>(routes: readonly T[], family: Family, table: string, destination: string): T | undefined {
  const length = ({ dst }: T): number => (dst === 'default' ? 0 : Number(dst.split('/')[1] ?? (family === 'IPv4' ? 32 : 128)))
  return routes
    .filter(route => route.family === family && route.table === table && (route.dst === 'default' || covers(route.dst, destination)))
    .sort((a, b) => length(b) - length(a) || (a.metric ?? 0) - (b.metric ?? 0))[0]
}
