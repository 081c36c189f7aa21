import type { TrenchConfig, Written } from '../facts/config-types.ts'

/** One resource that the ConfigMap has not, has alone, or has otherwise. */
export interface ConfigDifference {
  /** `flow flow1` */
  readonly what: string
  /** fields that differ; `missing` and `left over` instead of them */
  readonly how: string
  readonly wanted?: Written
  readonly written?: Written
}

/** Where the ConfigMap does not say what the resources say. What it never holds (interface, prefixes, VLAN, replicas, the conduit of an attractor) is not compared. */
export function configDifferences(wanted: TrenchConfig, written: TrenchConfig): readonly ConfigDifference[] {
  return kinds.flatMap(([kind, list]) => {
    const [theirs, ours] = [new Map(list(wanted).map(row => [row.name, row])), new Map(list(written).map(row => [row.name, row]))]
    return [...new Set([...theirs.keys(), ...ours.keys()])].sort().flatMap((name): ConfigDifference[] => {
      const [want, have] = [theirs.get(name), ours.get(name)]
      const what = `${kind} ${name}`
      if (!have) return want ? [{ what, how: 'missing', wanted: want }] : []
      if (!want) return [{ what, how: 'left over', written: have }]
      const fields = Object.keys({ ...want, ...have }).filter(field => !apart.has(field) && plain(want, field) !== plain(have, field))
      return fields.length === 0 ? [] : [{ what, how: fields.map(inWords).join(' and '), wanted: want, written: have }]
    })
  })
}

type Row = Written & { readonly name: string }

const kinds: readonly (readonly [string, (config: TrenchConfig) => readonly Row[]])[] = [
  ['attractor', ({ attractors }) => attractors], ['gateway', ({ gateways }) => gateways], ['vip', ({ vips }) => vips],
  ['conduit', ({ conduits }) => conduits], ['stream', ({ streams }) => streams], ['flow', ({ flows }) => flows],
]
const apart: ReadonlySet<string> = new Set(['command', 'pointer', 'interface', 'prefixes', 'vlan', 'replicas', 'conduits', 'unknownVips'])

/** Lists are sets here: no order of them means anything to Meridio. */
function plain(row: Row, field: string): string {
  const value = (row as unknown as Record<string, unknown>)[field]
  return JSON.stringify(Array.isArray(value) ? value.map(item => JSON.stringify(item)).sort() : value ?? null)
}

const inWords = (field: string): string => field.replace(/(Ms|S)$/, '').replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
