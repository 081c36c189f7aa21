import { knownPods } from './shapes.ts'

/** How often each target answered, and how connects failed: `refused`, `connect_timeout`, `connect_error:<errno>`, `read_timeout`, `read_error`, `short_read`. */
export type Tally = Readonly<Record<string, number>>

/** One tally per family, empty where the trench has no such family; in the long form also for 20 kB replies; the shape of test/fixtures/trench/healthy/traffic.json. */
export interface Traffic {
  readonly v4: Tally
  readonly v6: Tally
  readonly v4_20kB?: Tally
  readonly v6_20kB?: Tally
}

/** Every connect was answered by a target. */
export const isHealthy = (traffic: Traffic): boolean => lossIn(traffic).length === 0

/** What was not answered, in words: `v4: 12 of 40 connect_timeout`. */
export function lossIn(traffic: Traffic): string[] {
  return Object.entries(traffic).flatMap(([name, tally]: [string, Tally]) => {
    const asked = Object.values(tally).reduce((sum, count) => sum + count, 0)
    return Object.entries(tally).filter(([who]) => !isTarget(who)).map(([how, count]) => `${name}: ${count} of ${asked} ${how}`)
  })
}

/** Share of connects without an answer, 0 to 1. */
export function lossOf(tally: Tally): number {
  const counts = Object.entries(tally)
  const asked = counts.reduce((sum, [, count]) => sum + count, 0)
  return counts.filter(([who]) => !isTarget(who)).reduce((sum, [, count]) => sum + count, 0) / asked
}

const isTarget = (who: string) => knownPods.some(pod => pod.role === 'tapa' && pod.name === who)
