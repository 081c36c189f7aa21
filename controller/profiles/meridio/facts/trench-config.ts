import { defineFact, FactError, type Run } from '#facts/fact.ts'
import type { Family } from '../lib/address.ts'
import { configFromConfigMap } from './config-map.ts'
import { configFromResources, configurationKinds } from './config-resources.ts'
import { listKube, trenchParams } from './kube-list.ts'

/** Where an expectation is written. */
export interface Written { readonly command: string; readonly pointer: string }

export interface Gateway extends Written {
  readonly name: string
  readonly address: string
  readonly family: Family
  readonly protocol: 'bgp' | 'static'
  /** 0 where the protocol has none */
  readonly localAsn: number
  readonly remoteAsn: number
  readonly localPort: number
  readonly remotePort: number
  readonly holdTimeS: number
  readonly bfd: { readonly minTxMs: number; readonly minRxMs: number; readonly multiplier: number } | null
  /** the BGP session has a password (TCP MD5) */
  readonly password: boolean
}

export interface Attractor extends Written {
  readonly name: string
  readonly conduits: readonly string[]
  readonly gateways: readonly string[]
  readonly vips: readonly string[]
  /** absent in a Helm deployment: there only the pods know it */
  readonly interface?: string
  readonly prefixes: readonly string[]
  readonly replicas?: number
}

export interface Vip extends Written { readonly name: string; /** host prefix, canonical */ readonly prefix: string; readonly address: string; readonly family: Family }
export interface Conduit extends Written { readonly name: string; readonly portNats: readonly { readonly port: number; readonly targetPort: number; readonly protocol: string; readonly vips: readonly string[] }[] }
export interface Stream extends Written { readonly name: string; readonly conduit: string; readonly maxTargets: number }
export interface Flow extends Written {
  readonly name: string
  readonly stream: string
  readonly priority: number
  /** canonical host prefixes of the flow's VIPs that exist */
  readonly vips: readonly string[]
  /** names without a Vip resource */
  readonly unknownVips: readonly string[]
  readonly protocols: readonly string[]
  /** `N` or `N-M`; empty = any */
  readonly destinationPorts: readonly string[]
  readonly sourcePorts: readonly string[]
  /** empty = any */
  readonly sourceSubnets: readonly string[]
  readonly byteMatches: readonly string[]
}

export interface TrenchConfig {
  readonly source: 'resources' | 'config-map'
  readonly families: readonly Family[]
  readonly attractors: readonly Attractor[]
  readonly gateways: readonly Gateway[]
  readonly vips: readonly Vip[]
  readonly conduits: readonly Conduit[]
  readonly streams: readonly Stream[]
  readonly flows: readonly Flow[]
}

/**
 * What the trench is meant to be: from its custom resources, or, where it has none (Helm), from ConfigMap `meridio-configuration-<trench>`.
 * Formats: Meridio v1.2.8 CRDs and pkg/configuration/reader/model.go (meridio.md §2.1, 2.2).
 */
export const trenchConfig = defineFact({
  id: 'trench-config',
  version: 1,
  params: trenchParams,
  read: async (run, { namespace, trench }): Promise<TrenchConfig> => {
    const [trenches, ...lists] = await Promise.all(['trenches', ...configurationKinds].map(kind => listOrNone(run, kind, namespace)))
    const own = trenches?.find(({ object }) => object.metadata.name === trench)
    if (own) return configFromResources(trench, own, lists.flat())
    const argv = ['kubectl', 'get', 'configmap', `meridio-configuration-${trench}`, '-n', namespace, '-o', 'json']
    return configFromConfigMap(await run(argv), argv.join(' '))
  },
})

/** Custom resources that are not installed are a Helm deployment, not an error. */
async function listOrNone(run: Run, kind: string, namespace: string) {
  try {
    return await listKube(run, `${kind}.meridio.nordix.org`, namespace)
  } catch (error) {
    if (error instanceof FactError && error.code === 'not-found') return []
    throw error
  }
}
