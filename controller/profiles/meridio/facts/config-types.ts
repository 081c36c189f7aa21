import type { Family } from '../lib/address.ts'

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
  /** of the interface type nsm-vlan */
  readonly vlan?: { readonly id: number; readonly baseInterface: string }
  /** its interface comes by a network attachment (Multus), not by NSM */
  readonly attachment?: true
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
  /** `gateway-api`: of a Gateway of Meridio 2 */
  readonly source: 'resources' | 'config-map' | 'gateway-api'
  readonly families: readonly Family[]
  readonly attractors: readonly Attractor[]
  readonly gateways: readonly Gateway[]
  readonly vips: readonly Vip[]
  readonly conduits: readonly Conduit[]
  readonly streams: readonly Stream[]
  readonly flows: readonly Flow[]
}
