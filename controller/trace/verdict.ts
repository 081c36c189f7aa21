import type { Journey, Sighting, Way } from './journeys.ts'
import { aside, type Tap, type UnseenTap } from './taps.ts'

/**
 * What became of a packet. `arrived`: at the far end of the trench. `lost`: seen here, never there, and nothing was lost by us. `aside`: it left by an interface where
 * no packet of a VIP belongs. `unclear`: not seen further, but our sight has gaps. `inside`: it was under way before all taps listened. `open`: the trace
 * ended too soon after. `other`: neither to nor from a VIP.
 */
export type Outcome = 'arrived' | 'lost' | 'aside' | 'unclear' | 'inside' | 'open' | 'other'

export interface Verdict {
  readonly outcome: Outcome
  /** in words, where there is more to say than that it arrived */
  readonly text?: string
  /** of `lost`: the taps of which one should have seen it next */
  readonly never?: readonly number[]
}

export interface Knowledge {
  readonly taps: readonly Tap[]
  readonly steps: number
  readonly unseen: readonly UnseenTap[]
  /** whose a MAC address is, as `pod/interface`; undefined: nobody's we know */
  readonly ownerOf: (mac: string) => { readonly pod: string; readonly interface: string } | undefined
  /** since when all taps listen, ns of the trace's clock */
  readonly since: number
  /** why a tap cannot vouch for having seen everything since `since`, or undefined */
  readonly gapOf: (tap: number) => string | undefined
}

/** Sightings on the way of a packet, in its order, and those where it was flooded to. */
export function hopsOf({ way, sightings }: Pick<Journey, 'way' | 'sightings'>, { taps, steps, ownerOf }: Pick<Knowledge, 'taps' | 'steps' | 'ownerOf'>): { readonly onPath: readonly Sighting[]; readonly flooded: readonly Sighting[] } {
  const sorted = [...sightings].sort((a, b) => position(taps[a.tap]!, way, steps) - position(taps[b.tap]!, way, steps) || a.at - b.at)
  const { onPath = [], flooded = [] } = Object.groupBy(sorted, sighting => (isFlood(taps[sighting.tap]!, way, sighting, ownerOf) ? 'flooded' : 'onPath'))
  return { onPath, flooded }
}

export function verdictOf(journey: Journey, end: 'arrived' | 'quiet' | 'given-up' | 'ended', knowledge: Knowledge): Verdict {
  const { taps, since } = knowledge
  if (end === 'arrived') return { outcome: 'arrived' }
  if (journey.way === 'other') return { outcome: 'other' }
  const { onPath: hops, flooded } = hopsOf(journey, knowledge)
  const strayed = hops.find(hop => taps[hop.tap]!.place === aside)
  if (strayed) return { outcome: 'aside', text: `the ${journey.way} left by ${taps[strayed.tap]!.label}, where no packet of a VIP belongs` }
  if (journey.sightings[0]!.at < since) return { outcome: 'inside', text: 'under way before all taps listened' }
  if (end === 'ended') return { outcome: 'open', text: 'the trace ended before it could arrive' }
  if (end === 'given-up') return { outcome: 'unclear', text: 'more packets than can be followed at once' }
  const last = hops.at(-1) ?? flooded.at(-1)!
  const lastTap = taps[last.tap]!
  const next = nextTaps(journey.way, last, knowledge)
  const gaps = [...new Set([...next.flatMap(tap => gapText(tap, knowledge) ?? []), ...unseenText(next, lastTap, knowledge)])]
  const seen = `last seen at ${lastTap.label}`
  if (gaps.length > 0) return { outcome: 'unclear', text: `${seen}, not seen further; ${gaps.slice(0, 3).join('; ')}` }
  const owner = knowledge.ownerOf(last.to)
  const never = next.map(({ tap }) => tap)
  if (!owner) return { outcome: 'lost', never, text: `${seen} in a frame for ${last.to}, which no interface of the trench has` }
  const isPlain = owner.pod === lastTap.pod || next.some(tap => tap.pod === owner.pod)
  return { outcome: 'lost', never, text: `${seen}${isPlain ? '' : ` in a frame for ${owner.pod.split('/')[1]}/${owner.interface}`}, never at ${placesText(next)}` }
}

/**
 * A bridge that has not learnt an address sends its frames everywhere. Such a frame comes into a pod that routes with another's MAC address, leaves by a port that
 * does not lead to its addressee, or comes in by the wrong end of a link.
 */
export function isFlood({ routed, request, mac, leadsTo }: Tap, way: Way, { from, to }: Pick<Sighting, 'from' | 'to'>, ownerOf: Knowledge['ownerOf']): boolean {
  if (request === undefined || way === 'other') return false
  const isIn = (request === 'in') === (way === 'request')
  if (routed) return mac !== undefined && (isIn ? to : from) !== mac
  return leadsTo !== undefined && ownerOf(isIn ? from : to)?.pod !== leadsTo
}

/** Where it should have come next: in the same pod where the way goes on there, else in the pod its frame was sent to, else anywhere at that step. */
function nextTaps(way: Way, last: Sighting, { taps, steps, ownerOf }: Knowledge): readonly Tap[] {
  const from = taps[last.tap]!
  const following = taps.filter(tap => tap.step !== undefined && position(tap, way, steps) === position(from, way, steps) + 1)
  const owner = ownerOf(last.to)
  const within = following.filter(tap => tap.pod === from.pod)
  const leading = within.filter(tap => owner !== undefined && tap.leadsTo === owner.pod)
  if (within.length > 0) return leading.length > 0 ? leading : within
  const addressed = following.filter(tap => tap.pod === owner?.pod)
  if (addressed.length > 0) return addressed
  // a frame to a target passes the proxy of the target's node
  const target = taps.find(tap => tap.pod === owner?.pod)
  const near = following.filter(tap => target !== undefined && tap.node === target.node)
  return near.length > 0 ? near : following
}

function gapText(tap: Tap, { gapOf }: Knowledge): string | undefined {
  const gap = gapOf(tap.tap)
  return gap && `${tap.label} ${gap}`
}

/** Points that were not looked at and might have seen it. */
function unseenText(next: readonly Tap[], last: Tap, { unseen }: Knowledge): string[] {
  if (next.length > 0 && next.every(tap => tap.pod === last.pod)) return unseen.filter(({ pod }) => pod === last.pod).map(text)
  return unseen.map(text)
}

function text({ pod, interface: name, reason }: UnseenTap): string {
  return `${pod}${name === undefined ? '' : `/${name}`} was not looked at: ${reason}`
}

function placesText(next: readonly Tap[]): string {
  if (next.length === 0) return 'any interface behind it'
  if (next.length <= 3) return next.map(tap => tap.label).join(' or ')
  return `any of ${next.length} interfaces (${[...new Set(next.map(tap => tap.place))].join(', ')}) of ${new Set(next.map(tap => tap.pod)).size} pods`
}

/** Position on the way: a reply goes it backwards; `aside` comes behind all. */
export function position({ step }: Pick<Tap, 'step'>, way: Way, steps: number): number {
  if (step === undefined) return steps
  return way === 'reply' ? steps - 1 - step : step
}
