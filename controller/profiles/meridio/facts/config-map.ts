import { parse } from 'yaml'
import { canonicalPrefix, families, familyOf, hostOf } from '../lib/address.ts'
import { resolveVips, restriction } from './config-resources.ts'
import type { Flow, Gateway, TrenchConfig, Vip } from './config-types.ts'

/**
 * The trench's configuration from `kubectl get configmap meridio-configuration-<trench> -o json`: YAML documents in `data`, one per kind
 * (pkg/configuration/reader/model.go, v1.2.8; sample: fixtures/trench/cluster/configmap.json). Pointers end at the kind's document.
 * An absent or empty document is an empty list. The families are those that gateways and VIPs have: the ConfigMap does not name them.
 * @throws {SyntaxError} on a document that is not YAML, or not a list of items
 */
export function configFromConfigMap(json: string, command: string): TrenchConfig {
  const { data } = JSON.parse(json) as { data?: Record<string, string> }
  const items = (kind: string): Item[] => {
    const listed = (yaml(kind, data?.[kind] ?? '') as { items?: unknown } | null)?.items ?? []
    if (!Array.isArray(listed)) throw new SyntaxError(`${kind} of the ConfigMap has no list of items`)
    return listed.map(item => ({ ...item, command, pointer: `/data/${kind}` }))
  }
  const vips = items('vips').map(vipOf)
  const gateways = items('gateways').map(gatewayOf)
  return {
    source: 'config-map',
    families: families.filter(family => gateways.length + vips.length === 0 || [...gateways, ...vips].some(row => row.family === family)),
    attractors: items('attractors').map(item => ({ name: item['name'] as string, conduits: items('conduits').map(conduit => conduit['name'] as string), gateways: list(item['gateways']), vips: list(item['vips']), prefixes: [], ...written(item) })),
    gateways,
    vips,
    conduits: items('conduits').map(item => ({
      name: item['name'] as string,
      portNats: ((item['destination-port-nats'] ?? []) as readonly Record<string, unknown>[]).map(nat => ({ port: Number(nat['port']), targetPort: Number(nat['target-port']), protocol: String(nat['protocol'] ?? 'tcp').toLowerCase(), vips: list(nat['vips']) })),
      ...written(item),
    })),
    streams: items('streams').map(item => ({ name: item['name'] as string, conduit: item['conduit'] as string, maxTargets: Number(item['max-targets'] ?? 100), ...written(item) })),
    flows: items('flows').map(item => flowOf(item, vips)),
  }
}

type Item = Readonly<Record<string, unknown>> & { readonly command: string; readonly pointer: string }

function yaml(kind: string, text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    throw new SyntaxError(`${kind} of the ConfigMap is not YAML: ${error instanceof Error ? error.message.split('\n')[0] : error}`, { cause: error })
  }
}

const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [])
const written = ({ command, pointer }: Item) => ({ command, pointer })

function vipOf(item: Item): Vip {
  const prefix = canonicalPrefix(String(item['address']))
  return { name: String(item['name']), prefix, address: hostOf(prefix), family: familyOf(prefix), ...written(item) }
}

function gatewayOf(item: Item): Gateway {
  const address = String(item['address'])
  return {
    name: String(item['name']),
    address: hostOf(address),
    family: familyOf(address),
    protocol: item['protocol'] === 'static' ? 'static' : 'bgp',
    localAsn: Number(item['local-asn'] ?? 0),
    remoteAsn: Number(item['remote-asn'] ?? 0),
    localPort: Number(item['local-port'] ?? 0),
    remotePort: Number(item['remote-port'] ?? 0),
    holdTimeS: Number(item['hold-time'] ?? 0),
    bfd: item['bfd'] === true ? { minTxMs: Number(item['min-tx'] ?? 0), minRxMs: Number(item['min-rx'] ?? 0), multiplier: Number(item['multiplier'] ?? 0) } : null,
    password: item['bgp-auth'] !== undefined && item['bgp-auth'] !== null,
    ...written(item),
  }
}

function flowOf(item: Item, vips: readonly Vip[]): Flow {
  return {
    name: String(item['name']),
    stream: String(item['stream']),
    priority: Number(item['priority'] ?? 0),
    ...resolveVips(list(item['vips']), vips),
    protocols: list(item['protocols']).map(protocol => protocol.toLowerCase()),
    destinationPorts: restriction(list(item['destination-port-ranges'])),
    sourcePorts: restriction(list(item['source-port-ranges'])),
    sourceSubnets: restriction(list(item['source-subnets'])),
    byteMatches: list(item['byte-matches']),
    ...written(item),
  }
}
