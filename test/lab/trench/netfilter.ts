import { type Family, markOf, type Topology } from './topology.ts'

/** Load balancer's nft tables (meridio.md §3.3), but the queue statement, which the lab's kernels may lack: `queueRules` does its work. */
export const nftTables = ({ families, targets, vips }: Topology) => ({
  nfqlb: `table inet meridio-nfqlb {
 set ipv4-vips { type ipv4_addr; flags interval; ${families.includes('v4') ? `elements = { ${vips.v4} } ` : ''}}
 set ipv6-vips { type ipv6_addr; flags interval; ${families.includes('v6') ? `elements = { ${vips.v6} } ` : ''}}
 chain nfqlb { type filter hook prerouting priority -151; policy accept; ip daddr @ipv4-vips counter; ip6 daddr @ipv6-vips counter; }
 chain nfqlb-local { type filter hook output priority -151; policy accept; meta l4proto icmp ip daddr @ipv4-vips counter; meta l4proto ipv6-icmp ip6 daddr @ipv6-vips counter; }
}
`,
  nat: 'table inet meridio-nat { }\n',
  defrag: `table inet meridio-defrag {
 chain pre-defrag { type filter hook prerouting priority -500; policy accept; iifname "load-balan*" notrack; }
 chain in { type filter hook prerouting priority raw; policy accept; notrack; ct state untracked accept; }
 chain out { type filter hook output priority raw; policy accept; notrack; }
}
`,
  metrics: `table inet meridio-metrics {
 map fwmark-verdict { type mark : verdict; }
 chain target-hits { type filter hook postrouting priority filter; policy accept; meta mark != 0 meta mark vmap @fwmark-verdict; }
}
${targets.map(markOf).map(mark => `add chain inet meridio-metrics fwmark-${mark}
add rule inet meridio-metrics fwmark-${mark} counter
add element inet meridio-metrics fwmark-verdict { ${mark} : jump fwmark-${mark} }
`).join('')}`,
}) as const

/** Input of `iptables-legacy-restore` and its IPv6 twin: VIP traffic to queues 0-3, no bypass, as the nft queue rule of a real LB. */
export const queueRules = ({ vips }: Topology, family: Family): string => (family === 'v4' ? restore(`${vips.v4}/32`, 'icmp') : restore(`${vips.v6}/128`, 'icmpv6'))

function restore(vip: string, icmp: string): string {
  return `*mangle
-F
-A PREROUTING -d ${vip} -j NFQUEUE --queue-balance 0:3
-A OUTPUT -p ${icmp} -d ${vip} -j NFQUEUE --queue-balance 0:3
COMMIT
`
}
