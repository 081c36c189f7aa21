import type { NftRuleset } from '#parsers/nft-ruleset.ts'
import { type Observed, own, planned, type Reads, type Values } from '#judge/check.ts'
import type { Located } from '#facts/fact.ts'
import { nftRuleset, nftRulesetAgain } from '../facts/transcripts.ts'
import { hasTable, metricsTable, queueTable } from './nft.ts'

const first = { before: own(nftRuleset) }

/** nft's counters, read in both waves of a sweep, where the load balancer counts packets to VIPs and packets per target. No other program is asked, nfqlb least of all. */
export const twoRulesets = { ...first, after: planned(nftRulesetAgain, first, ({ before }) => (noPassages({ before }) === undefined ? [{}] : [])) } satisfies Reads

type Rulesets = Values<typeof twoRulesets>
interface First { readonly before: Observed<NftRuleset> }

/** Why packets through this load balancer cannot be compared. */
export function noPassages({ before }: First): string | undefined {
  const counts = hasTable(before.data, queueTable) && hasTable(before.data, metricsTable) && arrivals(before.data).length > 0
  return counts ? undefined : 'the load balancer does not count both packets to VIPs and packets per target'
}

/** Why the two readings say nothing; undefined where they do, or where the second failed. */
export function noComparison(readings: Rulesets): string | undefined {
  const none = noPassages(readings)
  if (none !== undefined || readings.after.length === 0) return none
  return arrived(readings) && left(readings) ? undefined : 'a counter of packets began anew while the sweep looked'
}

/** A counter that stands in both readings. */
export interface Passage { readonly by: number; readonly evidence: readonly [Located, Located] }

/** Packets to VIPs given to nfqlb between the two readings (chain `nfqlb`); undefined where a counter began anew or is gone, so that nobody knows. */
export function arrived(readings: Rulesets): readonly Passage[] | undefined {
  return grown(readings, arrivals)
}

/** Packets that left with a target's mark between the two readings (chains `fwmark-<mark>`, pkg/metrics of Meridio v1.2.8), by mark. */
export function left(readings: Rulesets): ReadonlyMap<number, Passage> | undefined {
  const passages = grown(readings, departures)
  return passages && new Map(passages.map(passage => [Number(passage.key), passage]))
}

export const sum = (passages: Iterable<Passage>): number => [...passages].reduce((total, { by }) => total + by, 0)

interface Count { readonly key: string; readonly packets: number; readonly pointer: string }

function grown({ before, after: [after] }: Rulesets, countsOf: (ruleset: NftRuleset) => readonly Count[]): readonly (Passage & { readonly key: string })[] | undefined {
  if (!after) return undefined
  const now = new Map(countsOf(after.data).map(count => [count.key, count]))
  const pairs = countsOf(before.data).map(was => ({ was, is: now.get(was.key) }))
  if (pairs.some(({ was, is }) => is === undefined || is.packets < was.packets)) return undefined
  return pairs.flatMap(({ was, is }) => (is ? [{ key: was.key, by: is.packets - was.packets, evidence: [locate(before, was), locate(after, is)] as const }] : []))
}

/** A reading's own command, so that the proof of the second points into the second. */
function locate({ at }: Observed<NftRuleset>, { pointer }: Count): Located {
  return { command: at().command, pointer }
}

const arrivals = (ruleset: NftRuleset): readonly Count[] => counted(ruleset, queueTable, chain => (chain === 'nfqlb' ? chain : undefined))
const departures = (ruleset: NftRuleset): readonly Count[] => counted(ruleset, metricsTable, chain => /^fwmark-(\d+)$/.exec(chain)?.[1])

/** Rules with a counter in the chains that `name` has a word for; the rules of one chain are told apart by their order. */
function counted({ rules }: NftRuleset, table: string, name: (chain: string) => string | undefined): readonly Count[] {
  const seen = new Map<string, number>()
  return rules.filter(rule => rule.table === table).flatMap(({ chain, statements, pointer }) => {
    const word = name(chain)
    const counter = statements.find(statement => 'counter' in statement)?.['counter'] as { packets?: number } | undefined
    if (word === undefined || counter?.packets === undefined) return []
    const place = seen.get(word) ?? 0
    seen.set(word, place + 1)
    return [{ key: place === 0 ? word : `${word} ${place}`, packets: counter.packets, pointer }]
  })
}
