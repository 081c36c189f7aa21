import { jsonElements } from './json-elements.ts'

interface Named {
  /** of the object, below `/nftables` */
  readonly pointer: string
  /** `inet`, `ip`, `ip6` … */
  readonly family: string
  readonly table: string
}

export interface NftSet extends Named {
  readonly name: string
  /** `10.0.0.1`, `10.0.0.0/24`, `10.0.0.1-10.0.0.9`, `tcp` … */
  readonly elements: readonly string[]
}

export interface NftChain extends Named {
  readonly name: string
  /** of a chain the kernel calls itself: `prerouting`, `output` …; absent = only jumped to */
  readonly hook?: string
  readonly priority?: number
}

export interface NftRule extends Named {
  readonly chain: string
  /** statements in order, one key each: `{ match: … }`, `{ counter: … }`, `{ queue: … }`, `{ notrack: null }`, `{ xt: … }` */
  readonly statements: readonly Readonly<Record<string, unknown>>[]
}

export interface NftRuleset {
  readonly tables: readonly Named[]
  readonly sets: readonly NftSet[]
  readonly chains: readonly NftChain[]
  readonly rules: readonly NftRule[]
}

/**
 * Parses `nft -j list ruleset` (nftables 1.0.6, libnftables-json(5)). Maps, named counters and the like are passed over.
 *     {"chain": {"family": "inet", "table": "meridio-nfqlb", "name": "nfqlb", "type": "filter", "hook": "prerouting", "prio": -151, …}}
 * @throws {SyntaxError} on what is not a ruleset, quoting its beginning or the object
 */
export function parseNftRuleset(text: string): NftRuleset {
  const objects = jsonElements(listOf(text), 'nft objects')
  const of = (kind: string) => objects.flatMap(({ pointer, value }) => (value[kind] === undefined ? [] : [{ row: named(value[kind], `/nftables${pointer}/${kind}`, kind), value: value[kind] }]))
  return {
    tables: of('table').map(({ row }) => row),
    sets: of('set').map(({ row, value }) => ({ ...row, name: String(value.name), elements: (value.elem ?? []).map(elementText) })),
    chains: of('chain').map(({ row, value }) => ({ ...row, name: String(value.name), ...(value.hook !== undefined && { hook: String(value.hook), priority: Number(value.prio) }) })),
    rules: of('rule').map(({ row, value }) => ({ ...row, chain: String(value.chain), statements: value.expr ?? [] })),
  }
}

function listOf(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text).nftables)
  } catch (cause) {
    throw new SyntaxError(`not JSON, but an nft ruleset was expected: ${text.trim().slice(0, 80)}`, { cause })
  }
}

// any: JSON from outside, checked here
function named(value: any, pointer: string, kind: string): Named {
  const table = kind === 'table' ? value?.name : value?.table
  if (typeof value?.family !== 'string' || typeof table !== 'string') throw new SyntaxError(`not an nft ${kind}: ${JSON.stringify(value)}`)
  return { pointer, family: value.family, table }
}

function elementText(element: any): string {
  if (typeof element === 'string' || typeof element === 'number') return String(element)
  if (element?.elem !== undefined) return elementText(element.elem.val)
  if (element?.prefix !== undefined) return `${element.prefix.addr}/${element.prefix.len}`
  if (Array.isArray(element?.range)) return element.range.map(elementText).join('-')
  throw new SyntaxError(`not an element of an nft set: ${JSON.stringify(element)}`)
}
