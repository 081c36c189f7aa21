import type { Flow } from '../facts/config-types.ts'
import { familyOf, within } from './address.ts'
import { portRange } from './ports.ts'

/**
 * Whether some packet matches both flows: VIPs, protocols, ports and sources all have something in common. Two flows that both look into the
 * packet (byte matches) may be told apart by that, so they count as different.
 */
export function overlap(a: Flow, b: Flow): boolean {
  return a.vips.some(vip => b.vips.includes(vip))
    && a.protocols.some(protocol => b.protocols.includes(protocol))
    && shared(a.destinationPorts, b.destinationPorts, portsMeet)
    && shared(a.sourcePorts, b.sourcePorts, portsMeet)
    && shared(a.sourceSubnets, b.sourceSubnets, subnetsMeet)
    && (a.byteMatches.length === 0 || b.byteMatches.length === 0)
}

/** An empty list is no restriction. */
function shared(a: readonly string[], b: readonly string[], meet: (one: string, other: string) => boolean): boolean {
  return a.length === 0 || b.length === 0 || a.some(one => b.some(other => meet(one, other)))
}

function portsMeet(one: string, other: string): boolean {
  const [a, b] = [portRange(one), portRange(other)]
  return a.first <= b.last && b.first <= a.last
}

function subnetsMeet(one: string, other: string): boolean {
  return familyOf(one) === familyOf(other) && (within(one.split('/')[0] ?? '', other) || within(other.split('/')[0] ?? '', one))
}
