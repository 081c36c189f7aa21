/** What must be said of a recorded fault above a note: `pod check`, each once. */
export interface ExpectedFault {
  /** what stands by itself, in the order it is reported; the first line names the fault */
  readonly roots: readonly string[]
  /** what is folded below */
  readonly follows: readonly string[]
  /** expected by the recording (`number pod`), but not found, where neither the checks nor the recording tell why */
  readonly unfound?: Readonly<Record<string, string>>
}

export const faults: Readonly<Record<string, ExpectedFault>> = {
  'c02-scaled-in-lb': {
    roots: [],
    follows: [],
  },
  'f01-app-not-listening': {
    roots: ['tg-2 listener-missing'],
    follows: [],
  },
  'f02-target-link-down': {
    roots: ['tg-2 target-interface-down'],
    follows: ['lb-1 target-neighbour-failed', 'lb-1 target-route-wrong', 'px-a bridge-port-no-carrier', 'px-a proxy-target-link-missing', 'tg-2 target-default-route-missing', 'tg-2 target-return-lookup-astray', 'tg-2 target-vip-missing'],
  },
  'f03-fwmark-rule-missing': {
    roots: ['lb-1 target-rule-missing'],
    follows: ['lb-1 forward-lookup-astray'],
  },
  'f05-fwmark-route-wrong': {
    roots: ['lb-1 target-route-wrong'],
    follows: ['lb-1 target-neighbour-failed'],
  },
  'f06-lb-stale-neighbour': {
    roots: ['lb-1 target-neighbour-stale'],
    follows: [],
  },
  'f07-target-not-activated': {
    roots: ['lb-1 target-not-active'],
    follows: ['red lb-targets-differ'],
  },
  'f09-flow-wrong-port': {
    roots: ['lb-1 flow-differs'],
    follows: [],
    unfound: { 'L39 lb-1': 'a recording has one reading of the counters, and nothing grows' },
  },
  'f11-nfqlb-dead': {
    roots: ['lb-1 nfqueue-unbound'],
    follows: [],
  },
  'f12-nfqlb-stalled': {
    roots: ['lb-1 nfqueue-stalled'],
    follows: [],
  },
  'f13-queue-rule-missing': {
    roots: ['lb-1 vip-not-queued'],
    follows: [],
    unfound: { 'L43 lb-1': 'what the kernel would do with marked packets is right: it is the packets nobody queued that leave' },
  },
  'f14-gateway-down': {
    roots: ['lb-1 bgp-session-down'],
    follows: ['lb-1 bfd-session-down', 'lb-1 kernel-default-route-missing', 'lb-1 return-lookup-astray'],
  },
  'f15-asn-mismatch': {
    roots: ['lb-1 bgp-session-down'],
    follows: ['lb-1 kernel-default-route-missing', 'lb-1 return-lookup-astray'],
  },
  'f17-vip-not-announced': {
    roots: ['lb-1 vip-not-announced'],
    follows: [],
  },
  'f18-vip-rule-missing': {
    roots: ['lb-1 vip-rule-missing'],
    follows: ['lb-1 blackhole-route-missing', 'lb-1 return-lookup-astray'],
  },
  'f19-kernel-table-flushed': {
    roots: ['lb-1 kernel-default-route-missing'],
    follows: ['lb-1 return-lookup-astray'],
  },
  'f21-proxy-nexthop-missing': {
    roots: ['px-a proxy-nexthop-missing'],
    follows: [],
  },
  'f22-proxy-vip-rule-missing': {
    roots: ['px-a proxy-vip-rule-missing'],
    follows: ['px-a proxy-return-lookup-astray'],
  },
  'f23-proxy-port-unbridged': {
    roots: ['px-a bridge-port-broken'],
    follows: ['lb-1 target-neighbour-failed'],
  },
  'f25-rp-filter-strict': {
    roots: ['lb-1 lb-rp-filter-strict'],
    follows: ['lb-1 return-lookup-astray'],
  },
  'f26-mtu-mixed': {
    roots: ['tg-1 target-mtu-too-large'],
    follows: [],
  },
  'f27-duplicate-target-ip': {
    roots: ['red internal-address-duplicate'],
    follows: ['lb-1 target-neighbour-failed', 'lb-1 target-route-wrong'],
  },
  'f30-target-rule-missing': {
    roots: ['tg-2 target-vip-rule-missing'],
    follows: ['tg-2 target-return-lookup-astray'],
  },
  'f31-target-table-empty': {
    roots: ['tg-2 target-default-route-missing'],
    follows: ['tg-2 target-return-lookup-astray'],
  },
  'f32-target-stale-gateway-mac': {
    roots: ['tg-2 target-gateway-mac-stale'],
    follows: [],
  },
  'f34-conntrack-active': {
    roots: ['lb-1 conntrack-active'],
    follows: [],
    unfound: { 'L38 lb-1': 'the ruleset of the fault was not recorded, the healthy one stands in for it' },
  },
  'f35-duplicate-ext-ip': {
    roots: ['lb-2 external-address-missing'],
    follows: ['lb-2 bfd-session-down', 'lb-2 bgp-session-down', 'lb-2 bird-listener-missing', 'lb-2 kernel-default-route-missing', 'lb-2 return-lookup-astray'],
    unfound: { 'X09 lb-1/lb-2': 'the kernel took the second address of lb-2 with the first: the recording shows none' },
  },
  'f37-bird-killed': {
    roots: ['lb-1 bird-down'],
    follows: ['lb-1 bird-listener-missing'],
  },
  'f38-bridge-port-blocked': {
    roots: ['px-a bridge-port-broken'],
    follows: [],
  },
  'f39-bridge-ip-missing': {
    roots: ['px-a bridge-address-missing'],
    follows: ['px-a proxy-default-route-missing', 'px-a proxy-return-lookup-astray', 'tg-1 bridge-unreachable'],
  },
  'f41-lb-proxy-link-down': {
    roots: ['lb-1 conduit-interface-down'],
    follows: ['lb-1 forward-lookup-astray', 'lb-1 lb-proxy-link-missing', 'lb-1 target-route-missing', 'px-b bridge-port-no-carrier', 'px-b proxy-lb-link-missing', 'px-b proxy-nexthop-dead'],
  },
  'f42-lb-forwarding-off': {
    roots: ['lb-1 lb-forwarding-off'],
    follows: ['lb-1 forward-lookup-astray', 'lb-1 return-lookup-astray'],
  },
  'f44-proxy-duplicate-bridge-ip': {
    roots: ['red internal-address-duplicate'],
    follows: ['px-a proxy-target-link-missing', 'px-b proxy-nexthop-missing', 'tg-1 target-network-twice'],
  },
  'f46-stale-shm-mapping': {
    roots: ['lb-1 stream-without-target'],
    follows: ['lb-1 target-not-active', 'red lb-targets-differ'],
    unfound: { 'L50 lb-1': 'a recording has one reading of the counters, and nothing grows' },
  },
  'f47-no-active-target-announced': {
    roots: ['lb-1 stream-without-target'],
    follows: ['lb-1 target-not-active', 'red lb-targets-differ'],
  },
}
