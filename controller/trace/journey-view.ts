import { type HopView, type JourneyEvent, timeText } from './events.ts'
import type { Journey } from './journeys.ts'
import { viewOf } from './packet-view.ts'
import { hopsOf, type Knowledge, type Verdict } from './verdict.ts'

export interface JourneyViewOptions {
  /** whole seconds since 1970 that times count from */
  readonly base: number
  /** per tap: how wrong its clock may be */
  readonly errorsNs: readonly number[]
  readonly knowledge: Knowledge
}

/** A journey as callers see it. */
export function viewOfJourney(journey: Journey, { outcome, text, never }: Verdict, options: JourneyViewOptions): JourneyEvent {
  return {
    type: 'journey', id: journey.id, at: timeText(options.base, journey.sightings[0]!.at), way: journey.way, packet: viewOf(journey.packet, journey.length),
    ...(journey.again && { again: true as const }), hops: hopViews(journey, options), outcome, ...(text !== undefined && { text }), ...(never && { never }),
  }
}

function hopViews(journey: Journey, { base, errorsNs, knowledge }: JourneyViewOptions): HopView[] {
  const { taps } = knowledge
  const { onPath, flooded } = hopsOf(journey, knowledge)
  const hops = onPath.map(({ tap, at, copies }, index) => {
    const before = onPath[index - 1]
    const withinNs = before && (taps[before.tap]!.node === taps[tap]!.node ? 0 : Math.ceil(errorsNs[before.tap]! + errorsNs[tap]!))
    return { tap, at: timeText(base, at), ...(before && { afterNs: Math.round(at - before.at), withinNs: withinNs! }), ...(copies > 1 && { copies }) }
  })
  return [...hops, ...flooded.map(({ tap, at }) => ({ tap, at: timeText(base, at), flooded: true as const }))]
}
