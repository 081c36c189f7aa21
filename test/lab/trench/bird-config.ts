import { externalAddress, type Family, frontend, gateway, gatewayName, loadBalancersOf, type Topology } from './topology.ts'

/**
 * /etc/bird/bird-fe-meridio.conf as the frontend generates it (reconstruction: test/fixtures/trench/healthy/lb-1/bird-fe-meridio.conf; meridio.md §3.1),
 * but for `connect delay time 1`: BIRD's own 5 s would make every start and heal of the lab as much slower.
 */
export function frontendConfig(topology: Topology): string {
  const { families, vips } = topology
  return `log "/var/log/bird.log" 20000 "/var/log/bird.log.backup" { debug, trace, info, remote, warning, error, auth, fatal, bug };
log stderr all;
protocol device { }
filter default_rt { if ( net ~ [ 0.0.0.0/0 ] ) then accept; if ( net ~ [ 0::/0 ] ) then accept; else reject; }
filter cluster_breakout { if ( net ~ [ 0.0.0.0/0 ] ) then accept; if ( net ~ [ 0::/0 ] ) then accept; if source = RTS_BGP then accept; else reject; }
filter cluster_access { if ( net ~ [ 0.0.0.0/0 ] ) then reject; if ( net ~ [ 0::/0 ] ) then reject; if source = RTS_STATIC && dest != RTD_BLACKHOLE then accept; else reject; }
template bgp LINK4 { debug {events, states, interfaces}; direct; hold time 3; connect delay time 1; bfd off; graceful restart off; setkey off; ipv4 { import none; export none; next hop self; }; }
template bgp LINK6 { debug {events, states, interfaces}; direct; hold time 3; connect delay time 1; bfd off; graceful restart off; setkey off; ipv6 { import none; export none; next hop self; }; }
${families.map(family => `protocol static VIP${family[1]} { ip${family} { preference 110; }; route ${vips[family]}/${family === 'v4' ? 32 : 128} via "lo"; }`).join('\n')}
ipv4 table drop4;
ipv6 table drop6;
protocol kernel { ipv4 { table drop4; import none; export all; }; kernel table ${frontend.dropTable}; }
protocol kernel { ipv6 { table drop6; import none; export all; }; kernel table ${frontend.dropTable}; }
protocol static DROP4 { ipv4 { table drop4; preference 0; }; route 0.0.0.0/0 blackhole { krt_metric=4294967295; igp_metric=4294967295; }; }
protocol static DROP6 { ipv6 { table drop6; preference 0; }; route 0::/0 blackhole { krt_metric=4294967295; igp_metric=4294967295; }; }
protocol kernel { ipv4 { import none; export filter cluster_breakout; }; scan time 10; kernel table ${frontend.vipTable}; merge paths on; }
protocol kernel { ipv6 { import none; export filter cluster_breakout; }; scan time 10; kernel table ${frontend.vipTable}; merge paths on; }
${families.map(family => neighbour(`NBR-${gatewayName(topology, family)}`, family)).join('\n')}
protocol bfd 'NBR-BFD' { accept direct; interface "${frontend.externalInterface}" { }; }
`
}

function neighbour(name: string, family: Family): string {
  return `protocol bgp '${name}' from LINK${family[1]} { interface "${frontend.externalInterface}"; local port ${frontend.port} as ${frontend.asn}; neighbor ${gateway[family]} port ${gateway.port} as ${gateway.asn}; `
    + `bfd { min rx interval 300ms; min tx interval 300ms; multiplier 3; }; ip${family} { import filter cluster_breakout; export filter cluster_access; }; }`
}

/** The gateway router: waits for all load balancers in the trench's families, tells them only the defaults, spreads over all that announce a VIP. */
export function gatewayConfig(topology: Topology): string {
  const sessions = loadBalancersOf(topology).flatMap((lb, index) => topology.families.map(family =>
    `protocol bgp 'FE${index + 1}-${family}' from L { neighbor ${externalAddress(topology, lb)[family]} port ${frontend.port} as ${frontend.asn}; ip${family} { import all; export filter only_default; next hop self; }; }`))
  return `log "/var/log/bird.log" all;
router id ${gateway.v4};
protocol device { }
protocol static D4 { ipv4; route 0.0.0.0/0 via "eth2"; }
protocol static D6 { ipv6; route 0::/0 via "eth2"; }
filter only_default { if ( net ~ [ 0.0.0.0/0 ] ) then accept; if ( net ~ [ 0::/0 ] ) then accept; reject; }
filter no_default { if ( net ~ [ 0.0.0.0/0 ] ) then reject; if ( net ~ [ 0::/0 ] ) then reject; accept; }
protocol kernel { ipv4 { import none; export filter no_default; }; merge paths on; }
protocol kernel { ipv6 { import none; export filter no_default; }; merge paths on; }
protocol bfd { accept direct; interface "eth1" { min rx interval 300ms; min tx interval 300ms; multiplier 3; }; }
template bgp L { direct; hold time 3; passive on; bfd on; local port ${gateway.port} as ${gateway.asn}; }
${sessions.join('\n')}
`
}
