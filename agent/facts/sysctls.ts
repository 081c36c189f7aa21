import { parseSysctls } from '#parsers/sysctls.ts'
import { defineFact } from './fact.ts'

/** Kernel settings the data plane stands on, as `key`, `interface`, `value`; one row per interface where the kernel keeps them so. */
export const sysctls = defineFact({
  id: 'sysctls',
  version: 1,
  read: async run => parseSysctls(await run(sysctlCommand)),
})

/** `-e`: a key this kernel does not have is left out. `*` stands for every interface, `all` and `default`. */
export const sysctlCommand: readonly string[] = [
  'sysctl',
  '-e',
  'net.ipv4.ip_forward',
  'net.ipv4.fib_multipath_hash_policy',
  'net.ipv6.fib_multipath_hash_policy',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.fwmark_reflect',
  'net.ipv6.fwmark_reflect',
  'net.ipv4.ip_forward_use_pmtu',
  'net.ipv4.ip_no_pmtu_disc',
  'net.ipv6.route.max_size',
  'net.ipv4.tcp_mtu_probing',
  'net.netfilter.nf_conntrack_count',
  'net.netfilter.nf_conntrack_max',
  'net.ipv6.conf.all.accept_dad',
  'net.ipv6.conf.default.accept_dad',
  'net.ipv4.conf.all.arp_announce',
  'net.ipv4.conf.all.arp_ignore',
  'net.ipv4.conf.all.send_redirects',
  'net.ipv4.conf.all.accept_redirects',
  'net.ipv4.conf.*.forwarding',
  'net.ipv4.conf.*.rp_filter',
  'net.ipv6.conf.*.forwarding',
  'net.ipv6.conf.*.disable_ipv6',
]
