import type { Offset } from '../link/clock-offset.ts'

/** The clock of one machine against ours, in ns. The true offset lies within `errorNs` of `offsetNs`. */
export interface NodeClock {
  readonly node: string
  readonly offsetNs: number
  readonly errorNs: number
}

/**
 * One clock per node, for all its pods are timed by one kernel: what all estimates of the node allow. Where they allow that there is no offset at all none is
 * assumed, so that packets between nodes whose clocks are kept by NTP are not put out of order by the error of our estimate.
 */
export function nodeClocks(estimates: readonly { readonly node: string; readonly clock: Offset }[]): readonly NodeClock[] {
  return [...Map.groupBy(estimates, ({ node }) => node)].map(([node, all]) => {
    const lows = all.map(({ clock }) => clock.offsetMs - clock.errorMs - readingErrorMs)
    const highs = all.map(({ clock }) => clock.offsetMs + clock.errorMs + readingErrorMs)
    const [least, most] = [Math.max(...lows), Math.min(...highs)]
    // estimates that exclude each other: a clock was set meanwhile; what any of them allows
    const [from, to] = least <= most ? [least, most] : [Math.min(...lows), Math.max(...highs)]
    const offsetMs = from <= 0 && to >= 0 ? 0 : (from + to) / 2
    return { node, offsetNs: Math.round(offsetMs * 1e6), errorNs: Math.round(Math.max(to - offsetMs, offsetMs - from) * 1e6) }
  })
}

/** How wrong an offset that was settled at the beginning may be by a later estimate. */
export function errorOf(settledNs: number, { offsetMs, errorMs }: Offset): number {
  return Math.abs(offsetMs * 1e6 - settledNs) + (errorMs + readingErrorMs) * 1e6
}

/** by which the clock that a probe answers pings with may differ from the kernel's that packets are timed by (proto/clock.ts) */
const readingErrorMs = 2
