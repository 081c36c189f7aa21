import type { Subject } from '#judge/subject.ts'

interface Named { readonly name: string }
interface Addressed { readonly interface: string; readonly address: string; readonly scope: string }

/** Interfaces a target pod reaches its streams by: `nsm-0`, `nsm-1` …; `nsc` before Meridio v0.7 (meridio.md §1.6). */
export function isStreamInterface(name: string): boolean {
  return /^nsm-\d+$|^nsc$/.test(name)
}

/** Interfaces between an LB/FE and its proxies, by the prefix NSM makes of the network service's name. */
export function conduitLinks<L extends Named>(links: readonly L[], lb: Subject): readonly L[] {
  const prefix = lb.traits['conduitPrefix']
  return prefix === undefined ? [] : links.filter(({ name }) => name.startsWith(prefix))
}

/** All of an LB/FE's interfaces to proxies are set down: what stateless-lb does when its frontend has lost the gateways (meridio.md §3.1). */
export function isEvicted(links: readonly (Named & { readonly up: boolean })[], lb: Subject): boolean {
  const conduit = conduitLinks(links, lb)
  return conduit.length > 0 && conduit.every(({ up }) => !up)
}

/** What of an LB/FE's interfaces cannot be told: which lead to proxies, where the pod's spec names no conduit. */
export function unseenConduit(_: unknown, lb: Subject): readonly string[] {
  return lb.traits['conduitPrefix'] === undefined ? ['the pod does not say which conduit it serves, so its interfaces to proxies cannot be told'] : []
}

/** Ports of a proxy's bridge towards LB/FE pods and towards targets. */
export function proxyPorts<L extends Named>(links: readonly L[], proxy: Subject): { readonly toLoadBalancers: readonly L[]; readonly toTargets: readonly L[] } {
  const of = (prefix: string | undefined) => (prefix === undefined ? [] : links.filter(({ name }) => name.startsWith(prefix)))
  return { toLoadBalancers: of(proxy.traits['lbPrefix']), toTargets: of(proxy.traits['targetPrefix']) }
}

/** What of a proxy's interfaces cannot be told, where its spec does not name its network services. */
export function unseenPorts(_: unknown, proxy: Subject): readonly string[] {
  return [
    ...(proxy.traits['lbPrefix'] === undefined ? ['the pod does not name the network service of its load balancers (NSM_NETWORK_SERVICE_NAME), so its interfaces to them cannot be told'] : []),
    ...(proxy.traits['targetPrefix'] === undefined ? ['the pod does not name its own network service (NSM_SERVICE_NAME), so its interfaces to targets cannot be told'] : []),
  ]
}

/** The proxy's bridge (fixed name, pkg/proxy of Meridio v1.2.8). */
export const bridgeName = 'bridge0'

/** Addresses that leave the link they are on. */
export function globalAddresses<A extends Addressed>(rows: readonly A[]): readonly A[] {
  return rows.filter(({ scope }) => scope === 'global')
}
