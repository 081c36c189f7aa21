import type { NftRule, NftRuleset, NftSet } from '#parsers/nft-ruleset.ts'
import type { Vip } from '../facts/config-types.ts'
import { canonicalAddress, type Family, within } from './address.ts'

/** Meridio's nft tables (family inet, v1.2.8: pkg/loadbalancer/nfqlb, pkg/nat, pkg/defrag). */
export const queueTable = 'meridio-nfqlb'
export const natTable = 'meridio-nat'
export const defragTable = 'meridio-defrag'
export const metricsTable = 'meridio-metrics'

export function hasTable({ tables }: NftRuleset, name: string): boolean {
  return tables.some(({ table }) => table === name)
}

/** Rules of chains that the kernel calls at a hook, in no other order than nft lists them. */
export function rulesAt({ chains, rules }: NftRuleset, hook: string): readonly NftRule[] {
  const called = chains.filter(chain => chain.hook === hook)
  return rules.filter(rule => called.some(chain => chain.family === rule.family && chain.table === rule.table && chain.name === rule.chain))
}

/** Rules at prerouting that give packets of a family to a netfilter queue, whatever their protocol; `xt`: a rule of iptables-nft. */
export function queueRules(ruleset: NftRuleset, family: Family): readonly NftRule[] {
  const protocol = family === 'IPv4' ? 'ip' : 'ip6'
  const seesFamily = ({ family: of }: NftRule) => of === 'inet' || of === protocol
  return rulesAt(ruleset, 'prerouting').filter(rule => seesFamily(rule) && queues(rule) && matchesOf(rule).every(({ left }) => key(left) === 'meta nfproto' || key(left) === `${protocol} daddr`))
}

/** Whether a rule takes packets to this VIP, as far as its destination tells, and the set it looks in, where it does. */
export function takesVip({ sets }: NftRuleset, rule: NftRule, vip: Vip): { readonly takes: boolean; readonly set?: NftSet } {
  const right = matchesOf(rule).find(({ left }) => key(left).endsWith(' daddr'))?.right
  if (right === undefined) return { takes: true }
  const set = typeof right === 'string' && right.startsWith('@') ? sets.find(({ family, table, name }) => family === rule.family && table === rule.table && name === right.slice(1)) : undefined
  if (set) return { takes: set.elements.some(element => holds(element, vip.address)), set }
  const prefix = (right as { prefix?: { addr: string; len: number } }).prefix
  return { takes: holds(prefix ? `${prefix.addr}/${prefix.len}` : String(right), vip.address) }
}

/** Whether an element of a set (`10.0.0.1`, `10.0.0.0/24`) holds an address. */
export function holds(element: string, address: string): boolean {
  return element.includes('/') ? within(address, element) : canonicalAddress(element) === address
}

/** Whether a rule takes packets out of connection tracking, and if so, those of which interface (`load-balan*`; undefined = all). */
export function notrackOf(rule: NftRule): { readonly interface: string | undefined } | undefined {
  if (!rule.statements.some(statement => 'notrack' in statement)) return undefined
  const name = matchesOf(rule).find(({ left }) => key(left) === 'meta iifname')?.right
  return { interface: name === undefined ? undefined : String(name) }
}

/** Packets that left with a target's mark since its chain `fwmark-<mark>` was made (pkg/metrics), with the rule that counts. */
export function hitsOf({ rules }: NftRuleset, fwmark: number): { readonly packets: number; readonly pointer: string } | undefined {
  const rule = rules.find(({ table, chain }) => table === metricsTable && chain === `fwmark-${fwmark}`)
  const counter = rule?.statements.find(statement => 'counter' in statement)?.['counter'] as { packets?: number } | undefined
  return rule && counter?.packets !== undefined ? { packets: counter.packets, pointer: rule.pointer } : undefined
}

interface Match { readonly left: unknown; readonly right: unknown }

function matchesOf({ statements }: NftRule): readonly Match[] {
  return statements.flatMap(statement => (statement['match'] === undefined ? [] : [statement['match'] as Match]))
}

function queues({ statements }: NftRule): boolean {
  return statements.some(statement => 'queue' in statement || (statement['xt'] as { name?: string } | undefined)?.name === 'NFQUEUE')
}

/** `{ payload: { protocol: 'ip', field: 'daddr' } }` → `ip daddr`; `{ meta: { key: 'iifname' } }` → `meta iifname`. */
function key(left: unknown): string {
  const { payload, meta } = left as { payload?: { protocol?: string; field?: string }; meta?: { key: string } }
  return payload ? `${payload.protocol} ${payload.field}` : meta ? `meta ${meta.key}` : ''
}
