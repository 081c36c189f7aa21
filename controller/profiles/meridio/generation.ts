import type { AnyCheck } from '#judge/check.ts'
import type { Trench } from '#judge/subject.ts'

/** Whether the trench is a Gateway of Meridio 2: its load balancers say so (`partOf`). */
export function isMeridio2({ pods }: Pick<Trench, 'pods'>): boolean {
  return pods.some(({ traits }) => traits['generation'] === '2')
}

/**
 * Why a check does not apply to a Gateway of Meridio 2, or undefined. What carries over is named, one by one: where meridio.md §6 says that the data plane is the same
 * (BIRD with `NBR-` protocols, tables 4096 and 4097, rules from VIPs, queues 0 to 3, marks with their rule and table) or where the check only needs pods and nodes.
 */
export function notForMeridio2({ id, subject }: Pick<AnyCheck, 'id' | 'subject'>, trench: Pick<Trench, 'pods'>): string | undefined {
  if (!isMeridio2(trench) || carriedOver.has(id)) return undefined
  return reasons[id] ?? (subject === 'proxy' ? 'Meridio 2 has no proxies' : subject === 'tapa' ? 'targets of Meridio 2 are set up by its network sidecar, which is not judged' : 'not known to hold for Meridio 2')
}

const carriedOver: ReadonlySet<string> = new Set([
  // pods and nodes
  'pod-not-ready', 'container-restarted', 'lb-not-redundant', 'version-drift', 'probe-leftover', 'node-not-ready', 'pod-held-up', 'log-complaint', 'connectivity-gate-closed',
  // gateways
  'bird-down', 'gateway-protocol-missing', 'gateway-protocol-leftover', 'bgp-session-down', 'bfd-session-down', 'static-gateway-down', 'default-route-not-received', 'route-table-large',
  'gateway-unreachable', 'external-interface-down', 'external-address-missing', 'external-address-duplicate', 'family-without-gateway', 'attractor-without-gateway',
  // the way out
  'kernel-default-route-missing', 'blackhole-route-missing', 'vip-rule-missing', 'lb-forwarding-off',
  // nfqlb and the ways to targets
  'nfqueue-unbound', 'nfqueue-stalled', 'nfqueue-drops-growing', 'vip-not-queued', 'lb-targets-differ', 'target-rule-missing', 'target-route-missing', 'target-neighbour-failed', 'target-unreachable', 'fragments-at-nfqlb', 'trace-flow-leftover',
])

const nsm = 'Meridio 2 has neither NSM nor Spire'
const names = 'how Meridio 2 names flows and tables of nfqlb differs between its documents and its code'
const counted = 'whether Meridio 2 counts packets per target is not known'
const reasons: Readonly<Record<string, string>> = {
  'nsm-not-ready': nsm, 'spire-not-ready': nsm, 'endpoint-missing': nsm, 'pod-without-identity': nsm, 'vlan-differs': nsm, 'lb-proxy-link-missing': 'Meridio 2 has no proxies', 'conduit-interface-down': 'Meridio 2 has no proxies',
  'conduit-interface-no-carrier': 'Meridio 2 has no proxies', 'conduit-network-twice': 'Meridio 2 has no proxies', 'nodes-cut-off': 'load balancers and targets of Meridio 2 share one network: there is no tunnel of its own',
  'control-pod-not-ready': 'Meridio 2 has no NSP and no IPAM', 'volume-claim-unbound': 'Meridio 2 has no NSP and no IPAM', 'internal-network-overlaps': 'Meridio 2 has no NSP and no IPAM', 'config-map-differs': 'Meridio 2 has no ConfigMap of its trenches',
  'operator-not-ready': 'the controllers of Meridio 2 are not looked for', 'flow-missing': names, 'flow-differs': names, 'flow-leftover': names, 'stream-unknown': names, 'stream-without-target': names, 'shm-leftover': names,
  'lb-hash-policy-coarse': 'Meridio 2 leaves sysctls to its network attachments', 'bfd-source-port-wrong': 'Meridio 2 leaves sysctls to its network attachments', 'fwmark-reflect-off': 'Meridio 2 leaves sysctls to its network attachments',
  'lb-rp-filter-strict': 'Meridio 2 leaves sysctls to its network attachments', 'vip-not-announced': 'how Meridio 2 announces VIPs in BIRD is not known', 'kernel-scan-late': 'the configuration of BIRD stands in another file', 'bird-log-complaint': 'the log of BIRD stands in another folder',
  'bgp-session-flapping': 'the log of BIRD stands in another folder', 'packets-unmatched': counted, 'nfqlb-table-stale': counted, 'port-nat-differs': 'Meridio 2 has no port-NAT', 'port-nat-protocol-broken': 'Meridio 2 has no port-NAT', 'port-nat-target-exposed': 'Meridio 2 has no port-NAT',
  'forward-lookup-astray': 'interfaces to targets of Meridio 2 have no name of their own to tell them by', 'target-route-wrong': 'targets of Meridio 2 are not looked into',
}
