import type { Run } from '#facts/fact.ts'
import type { KubeObject } from '#judge/profile.ts'
import { canonicalPrefix, families, familyOf, hostOf } from '../lib/address.ts'
import { milliseconds, restriction } from './config-resources.ts'
import type { Flow, Gateway, TrenchConfig, Vip } from './config-types.ts'
import { type Listed, listKube } from './kube-list.ts'

/**
 * A Gateway of Meridio 2 in the words of a trench: one attractor and one conduit of its name, GatewayRouters as gateways, L34Routes as flows, the DistributionGroups they lead to as streams, VIPs
 * by the routes' destinations (CRDs of Nordix/Meridio-2, v1alpha1; meridio.md §6). A route without a destination has no VIP here and matches none there.
 */
export async function configFromGatewayApi(run: Run, namespace: string, gateway: string): Promise<TrenchConfig> {
  const [routers, routes, groups] = await Promise.all(['gatewayrouters', 'l34routes', 'distributiongroups'].map(plural => listKube(run, `${plural}.meridio-2.nordix.org`, namespace)))
  const own = (routes ?? []).filter(({ object }) => refersTo(spec(object)['parentRefs'], gateway))
  const gateways = (routers ?? []).filter(({ object }) => (spec(object)['gatewayRef'] as Reference | undefined)?.name === gateway).map(gatewayOf)
  const prefixes = new Map(own.flatMap(listed => texts(listed, 'destinationCIDRs').map(prefix => [canonicalPrefix(prefix), listed] as const)))
  const vips = [...prefixes].map(([prefix, { command, pointer }]): Vip => ({ name: prefix, prefix, address: hostOf(prefix), family: familyOf(prefix), command, pointer }))
  const backends = new Set(own.flatMap(({ object }) => ((spec(object)['backendRefs'] ?? []) as readonly Reference[]).map(({ name }) => name)))
  const devices = new Set((routers ?? []).filter(({ object }) => gateways.some(({ name }) => name === object.metadata.name)).map(({ object }) => spec(object)['interface'] as string | undefined))
  const [device] = devices
  const written = { command: gateways[0]?.command ?? own[0]?.command ?? '', pointer: gateways[0]?.pointer ?? own[0]?.pointer ?? '' }
  return {
    source: 'gateway-api',
    families: families.filter(family => vips.some(vip => vip.family === family)),
    attractors: [{ name: gateway, conduits: [gateway], gateways: gateways.map(({ name }) => name), vips: vips.map(({ name }) => name), ...(devices.size === 1 && device !== undefined && { interface: device }), prefixes: [], ...written }],
    gateways,
    vips,
    conduits: [{ name: gateway, portNats: [], ...written }],
    // without `maxEndpoints` the size is the CRD's default, which releases change
    streams: (groups ?? []).filter(({ object }) => backends.has(object.metadata.name)).map(({ object, command, pointer }) => ({ name: object.metadata.name, conduit: gateway, maxTargets: Number((spec(object)['maglev'] as { maxEndpoints?: number } | undefined)?.maxEndpoints ?? 0), command, pointer })),
    flows: own.map(flowOf),
  }
}

interface Reference { readonly name?: string; readonly kind?: string }

const spec = (object: KubeObject) => (object['spec'] ?? {}) as Record<string, unknown>
const texts = ({ object }: Listed, field: string): readonly string[] => ((spec(object)[field] ?? []) as readonly unknown[]).map(String)
const refersTo = (references: unknown, name: string): boolean => ((references ?? []) as readonly Reference[]).some(reference => reference.name === name && (reference.kind ?? 'Gateway') === 'Gateway')

function gatewayOf({ object, command, pointer }: Listed): Gateway {
  const { protocol, address, bgp = {}, static: fixed } = spec(object) as { protocol?: string; address?: string; bgp?: Record<string, unknown>; static?: Record<string, unknown> }
  const isStatic = /^static$/i.test(protocol ?? '')
  const bfd = (isStatic ? fixed?.['bfd'] : bgp['bfd']) as { minTx?: string; minRx?: string; multiplier?: number } | undefined
  return {
    name: object.metadata.name, address: hostOf(String(address ?? '')), family: familyOf(String(address ?? '')), protocol: isStatic ? 'static' : 'bgp',
    localAsn: Number(bgp['localASN'] ?? 0), remoteAsn: Number(bgp['remoteASN'] ?? 0), localPort: isStatic ? 0 : Number(bgp['localPort'] ?? 179), remotePort: isStatic ? 0 : Number(bgp['remotePort'] ?? 179),
    holdTimeS: isStatic ? 0 : milliseconds(bgp['holdTime'] ?? '240s') / 1000,
    bfd: bfd ? { minTxMs: milliseconds(bfd.minTx ?? 0), minRxMs: milliseconds(bfd.minRx ?? 0), multiplier: Number(bfd.multiplier ?? 0) } : null,
    password: bgp['authentication'] !== undefined, command, pointer,
  }
}

function flowOf(listed: Listed): Flow {
  const { object, command, pointer } = listed
  const [backend] = (spec(object)['backendRefs'] ?? []) as readonly Reference[]
  return {
    name: object.metadata.name, stream: backend?.name ?? '', priority: Number(spec(object)['priority'] ?? 0),
    vips: texts(listed, 'destinationCIDRs').map(canonicalPrefix), unknownVips: [], protocols: texts(listed, 'protocols').map(protocol => protocol.toLowerCase()),
    destinationPorts: restriction(texts(listed, 'destinationPorts')), sourcePorts: restriction(texts(listed, 'sourcePorts')), sourceSubnets: restriction(texts(listed, 'sourceCIDRs')), byteMatches: texts(listed, 'byteMatches'),
    command, pointer,
  }
}
