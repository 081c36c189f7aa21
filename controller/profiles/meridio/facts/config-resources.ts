import type { KubeObject } from '#judge/profile.ts'
import { canonicalPrefix, type Family, familyOf, hostOf } from '../lib/address.ts'
import type { Listed } from './kube-list.ts'
import type { Attractor, Conduit, Flow, Gateway, Stream, TrenchConfig, Vip } from './config-types.ts'

export const configurationKinds = ['attractors', 'gateways', 'vips', 'conduits', 'streams', 'flows'] as const

/** The trench's configuration from its custom resources (group meridio.nordix.org; defaults of the CRDs, meridio.md §2.1). */
export function configFromResources(trench: string, own: Listed, listed: readonly Listed[]): TrenchConfig {
  const mine = listed.filter(({ object }) => object.metadata.labels?.['trench'] === trench)
  const of = (kind: string) => mine.filter(({ object }) => object.kind === kind)
  const vips = of('Vip').map(vipOf)
  return {
    source: 'resources',
    families: familiesOf(text(own.object, 'ip-family')),
    attractors: of('Attractor').map(attractorOf),
    gateways: of('Gateway').map(gatewayOf),
    vips,
    conduits: of('Conduit').map(conduitOf),
    streams: of('Stream').map(streamOf),
    flows: of('Flow').map(listed => flowOf(listed, vips)),
  }
}

/** @param ipFamily `dualstack` (the default), `ipv4` or `ipv6` */
export function familiesOf(ipFamily: string | undefined): readonly Family[] {
  if (ipFamily === 'ipv4') return ['IPv4']
  return ipFamily === 'ipv6' ? ['IPv6'] : ['IPv4', 'IPv6']
}

/** `any`, and ranges and subnets that hold everything, are no restriction. */
export function restriction(values: readonly string[] | undefined): readonly string[] {
  const list = values ?? []
  return list.some(value => value === 'any' || value === '0-65535') ? [] : list.map(canonicalPrefix).filter(value => !value.endsWith('/0'))
}

/** Prefixes of the named VIPs, and the names that no VIP has. */
export function resolveVips(names: readonly string[], vips: readonly Vip[]): Pick<Flow, 'vips' | 'unknownVips'> {
  const known = new Map(vips.map(vip => [vip.name, vip.prefix]))
  return { vips: names.flatMap(name => known.get(name) ?? []), unknownVips: names.filter(name => !known.has(name)) }
}

const written = ({ command, pointer }: Listed) => ({ command, pointer })
const spec = (object: KubeObject) => (object['spec'] ?? {}) as Record<string, unknown>
const text = (object: KubeObject, field: string) => spec(object)[field] as string | undefined
const texts = (object: KubeObject, field: string) => (spec(object)[field] ?? []) as readonly string[]

function vipOf(listed: Listed): Vip {
  const prefix = canonicalPrefix(text(listed.object, 'address') ?? '')
  return { name: listed.object.metadata.name, prefix, address: hostOf(prefix), family: familyOf(prefix), ...written(listed) }
}

function attractorOf(listed: Listed): Attractor {
  const { object } = listed
  const link = (spec(object)['interface'] ?? {}) as { readonly name?: string; readonly 'ipv4-prefix'?: string; readonly 'ipv6-prefix'?: string; readonly type?: string; readonly 'nsm-vlan'?: { readonly 'vlan-id'?: number; readonly 'base-interface'?: string } }
  const { 'vlan-id': id, 'base-interface': baseInterface } = link['nsm-vlan'] ?? {}
  return {
    name: object.metadata.name,
    conduits: texts(object, 'composites'),
    gateways: texts(object, 'gateways'),
    vips: texts(object, 'vips'),
    ...(link.name !== undefined && { interface: link.name }),
    prefixes: [link['ipv4-prefix'], link['ipv6-prefix']].filter(prefix => prefix !== undefined).map(canonicalPrefix),
    ...((link.type ?? 'nsm-vlan') === 'nsm-vlan' && id !== undefined && baseInterface !== undefined && { vlan: { id, baseInterface } }),
    ...(link.type === 'network-attachment' && { attachment: true as const }),
    replicas: Number(spec(object)['replicas'] ?? 1),
    ...written(listed),
  }
}

function gatewayOf(listed: Listed): Gateway {
  const { object } = listed
  const protocol = text(object, 'protocol') === 'static' ? 'static' : 'bgp'
  const bgp = (spec(object)['bgp'] ?? {}) as Record<string, unknown>
  const bfd = ((protocol === 'bgp' ? bgp['bfd'] : (spec(object)['static'] as Record<string, unknown> | undefined)?.['bfd']) ?? {}) as Record<string, unknown>
  return {
    name: object.metadata.name,
    address: hostOf(text(object, 'address') ?? ''),
    family: familyOf(text(object, 'address') ?? ''),
    protocol,
    localAsn: Number(bgp['local-asn'] ?? 0),
    remoteAsn: Number(bgp['remote-asn'] ?? 0),
    localPort: Number(bgp['local-port'] ?? (protocol === 'bgp' ? 179 : 0)),
    remotePort: Number(bgp['remote-port'] ?? (protocol === 'bgp' ? 179 : 0)),
    holdTimeS: milliseconds(bgp['hold-time'] ?? 0) / 1000,
    bfd: bfd['switch'] === true ? { minTxMs: milliseconds(bfd['min-tx'] ?? 0), minRxMs: milliseconds(bfd['min-rx'] ?? 0), multiplier: Number(bfd['multiplier'] ?? 0) } : null,
    password: bgp['auth'] !== undefined,
    ...written(listed),
  }
}

function conduitOf(listed: Listed): Conduit {
  const nats = (spec(listed.object)['destination-port-nats'] ?? []) as readonly { port: number; 'target-port': number; protocol?: string; vips?: readonly string[] }[]
  return { name: listed.object.metadata.name, portNats: nats.map(nat => ({ port: nat.port, targetPort: nat['target-port'], protocol: (nat.protocol ?? 'tcp').toLowerCase(), vips: nat.vips ?? [] })), ...written(listed) }
}

function streamOf(listed: Listed): Stream {
  return { name: listed.object.metadata.name, conduit: text(listed.object, 'conduit') ?? '', maxTargets: Number(spec(listed.object)['max-targets'] ?? 100), ...written(listed) }
}

function flowOf(listed: Listed, vips: readonly Vip[]): Flow {
  const { object } = listed
  return {
    name: object.metadata.name,
    stream: text(object, 'stream') ?? '',
    priority: Number(spec(object)['priority'] ?? 0),
    ...resolveVips(texts(object, 'vips'), vips),
    protocols: texts(object, 'protocols').map(protocol => protocol.toLowerCase()),
    destinationPorts: restriction(texts(object, 'destination-ports')),
    sourcePorts: restriction(texts(object, 'source-ports')),
    sourceSubnets: restriction(texts(object, 'source-subnets')),
    byteMatches: texts(object, 'byte-matches'),
    ...written(listed),
  }
}

/** A Go duration (`300ms`, `3s`, `1m30s`), or a bare number of milliseconds. @throws {SyntaxError} on anything else */
export function milliseconds(value: unknown): number {
  const text = String(value)
  if (/^\d+$/.test(text)) return Number(text)
  if (!/^(\d+(\.\d+)?(us|µs|ms|s|m|h))+$/.test(text)) throw new SyntaxError(`not a duration: ${text}`)
  const units = { us: 0.001, µs: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
  return [...text.matchAll(/([\d.]+)(us|µs|ms|s|m|h)/g)].reduce((sum, [, number, unit]) => sum + Number(number) * units[unit as keyof typeof units], 0)
}
