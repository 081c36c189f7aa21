import type { Observed } from '#judge/check.ts'
import type { Subject } from '#judge/subject.ts'
import type { Attractor, Flow, Gateway, Stream, TrenchConfig, Vip } from '../facts/config-types.ts'
import { families, type Family } from './address.ts'

/** What the configuration expects of one LB/FE or proxy; rows keep where they are written. */
export interface Expected {
  readonly attractor: Attractor | undefined
  readonly gateways: readonly Gateway[]
  readonly vips: readonly Vip[]
  readonly streams: readonly Stream[]
  readonly flows: readonly Flow[]
}

/** Gateways and VIPs of the pod's attractor, streams and flows of its conduit. For a proxy, VIPs are those of its conduit's flows. */
export function expectedOf(config: Observed<TrenchConfig>, subject: Subject): Expected {
  const { attractors, gateways, vips, streams, flows } = config.data
  const conduit = subject.traits['conduit']
  const attractor = attractors.find(({ name, conduits }) => (subject.traits['attractor'] === undefined ? conduits.includes(conduit ?? '') : name === subject.traits['attractor']))
  const ownStreams = streams.filter(stream => stream.conduit === conduit)
  const ownFlows = flows.filter(flow => ownStreams.some(stream => stream.name === flow.stream))
  const flowVips = new Set(ownFlows.flatMap(flow => flow.vips))
  return {
    attractor,
    gateways: gateways.filter(gateway => attractor?.gateways.includes(gateway.name)),
    vips: subject.role === 'lb' ? vips.filter(vip => attractor?.vips.includes(vip.name)) : vips.filter(vip => flowVips.has(vip.prefix)),
    streams: ownStreams,
    flows: ownFlows,
  }
}

/** Families in which an LB/FE must have a way out: without a VIP of the family the frontend gives the kernel no route of it. */
export function egressFamilies(config: Observed<TrenchConfig>, lb: Subject): readonly Family[] {
  const { gateways, vips } = expectedOf(config, lb)
  return families.filter(family => gateways.some(gateway => gateway.family === family) && vips.some(vip => vip.family === family))
}

/** Name of the external interface: what the pod was told, else what its attractor says. */
export function externalInterface(config: Observed<TrenchConfig>, lb: Subject): string | undefined {
  return lb.traits['interface'] ?? expectedOf(config, lb).attractor?.interface
}
