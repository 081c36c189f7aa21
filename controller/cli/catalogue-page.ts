import type { AnyCheck } from '#judge/check.ts'
import type { CatalogueEntry } from '#profiles/meridio/catalogue.ts'

/** docs/catalogue.md: each number of the catalogue, the checks that carry it, and what is not judged and why. Made by `node build.mjs docs`. */
export function cataloguePage(catalogue: readonly CatalogueEntry[], checks: readonly AnyCheck[]): string {
  const carriers = carriersOf(checks)
  const judged = catalogue.filter(({ number }) => carriers.has(number)).length
  return [
    '# Catalogue',
    '',
    `What is to be looked at in a Meridio trench, number by number: ${judged} of ${catalogue.length} are judged. Where nothing is said behind a number, all of it is; the last column names what is not, and why.`,
    'K control plane, L load balancer, P proxy, T target, N NSM, Spire and nodes, X across pods. Made by `node build.mjs docs` from `controller/profiles/meridio/catalogue.ts` and the `source` of each check.',
    '',
    '| number | looked at | checks | not judged, and why |',
    '|---|---|---|---|',
    ...catalogue.map(({ number, looksAt, limit }) => `| ${number} | ${looksAt} | ${(carriers.get(number) ?? []).map(id => `[${id}](checks.md#${id})`).join(', ') || '–'} | ${limit ?? ''} |`),
    '',
  ].join('\n')
}

/** `L06` → the checks whose source names it. */
export function carriersOf(checks: readonly Pick<AnyCheck, 'id' | 'source'>[]): ReadonlyMap<string, readonly string[]> {
  const named = checks.flatMap(({ id, source }) => [...(source.split('catalogue ')[1] ?? '').matchAll(/\b[KLPTNX]\d\d\b/g)].map(([number]) => ({ number, id })))
  return new Map([...Map.groupBy(named, ({ number }) => number)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([number, rows]) => [number, rows.map(({ id }) => id)]))
}
