import type { Observed } from '#judge/check.ts'
import type { Subject } from '#judge/subject.ts'
import type { TrenchConfig } from '../facts/config-types.ts'
import type { TrenchPod } from '../facts/trench-pods.ts'
import { type Family, within } from './address.ts'
import { bridgeName, globalAddresses } from './interfaces.ts'
import { ownAddresses } from './target.ts'

interface Address { readonly interface: string; readonly address: string; readonly family: Family; readonly prefixLength: number; readonly scope: string; readonly pointer: string }
type Sight = Observed<readonly Address[]>

/**
 * The proxy that a target's interface leads to: the one on its node whose bridge network holds the interface's address (each conduit has its
 * own proxy and network). An interface that has lost its addresses leads to the only proxy of the node. undefined: no such proxy was seen.
 */
export function proxyOf<S extends Sight>(name: string, target: Sight, proxies: readonly S[], config: TrenchConfig): S | undefined {
  const near = proxies.filter(({ subject }) => subject.node === target.subject.node)
  const own = ownAddresses(target, config).filter(row => row.interface === name)
  const found = near.find(proxy => bridgePrefixes(proxy).some(prefix => own.some(row => within(row.address, prefix))))
  return found ?? (near.length === 1 ? near[0] : undefined)
}

/** Interfaces of a target whose proxy cannot be told, although there are proxies on its node. */
export function unseenProxies(links: readonly { readonly name: string }[], target: Sight, proxies: readonly Sight[], config: TrenchConfig): readonly string[] {
  return links.filter(({ name }) => proxyOf(name, target, proxies, config) === undefined).map(({ name }) => `${name} is in no bridge network of the proxies on ${target.subject.node}`)
}

/** Reason why nothing near the target can be compared with it. */
export function noProxyNear(pods: readonly TrenchPod[], { node }: Subject): string | undefined {
  return pods.some(pod => pod.role === 'proxy' && pod.node === node) ? undefined : `no proxy of the trench is on ${node}`
}

/** Networks of a proxy's bridge, as `address/length`. */
export function bridgePrefixes(proxy: Sight): readonly string[] {
  return globalAddresses(proxy.data).filter(row => row.interface === bridgeName).map(row => `${row.address}/${row.prefixLength}`)
}
