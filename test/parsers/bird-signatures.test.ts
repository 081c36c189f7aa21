import { expect, test } from 'vitest'
import { type BirdProtocol, parseBirdProtocols } from '#parsers/bird-protocols.ts'
import { rawReply } from './bird-recordings.ts'

/** What each fault leaves in `show protocols all`: one protocol, in one line. Situations: test/fixtures/bird/README.md. */
test.each([
  ['2.0.12', 'healthy-bgp-bfd', 'NBR-gateway-v4-a',
    'BGP --- up | Established | Established AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port 10179 | holdTimer of 3 | keepaliveTimer of 1 | ipv4 UP master4 cluster_breakout cluster_access | 1 imported - filtered 2 exported 1 preferred | updates received 1 rejected 0 filtered 0 ignored 0 accepted 1'],
  ['3.1.7', 'healthy-bgp-bfd', 'NBR-gateway-v6-a',
    'BGP --- up | Established | Established AS8103 → AS4248829953 100:100::150 on ext-vlan0 port 10179 | holdTimer of 3 | keepaliveTimer of 1 | sendHoldTimer of 6 | ipv6 UP master6 cluster_breakout cluster_access | 1 imported - filtered 1 exported 1 preferred | updates received 1 rejected 0 filtered 0 ignored 0 rxLimit 0 limit 0 accepted 1'],
  ['2.0.12', 'healthy-bgp-default-ports', 'NBR-gateway-v4-a',
    'BGP --- up | Established | Established AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | holdTimer of 3 | keepaliveTimer of 1 | ipv4 UP master4 cluster_breakout cluster_access | 1 imported - filtered 2 exported 1 preferred | updates received 1 rejected 0 filtered 0 ignored 0 accepted 1'],
  ['2.0.12', 'healthy-static-bfd', 'NBR-gateway-v4-a',
    'Static master4 up | no info | ipv4 UP master4 default_rt REJECT | 1 imported - filtered 0 exported 1 preferred | updates received 1 rejected 0 filtered 0 ignored 0 accepted 1'],
  ['2.0.12', 'bgp-connection-refused', 'NBR-gateway-v4-a',
    'BGP --- start | Active        Socket: Connection refused | Active AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | connectDelay of 5 | last error Socket: Connection refused | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bgp-no-such-host', 'NBR-gateway-v4-a',
    'BGP --- start | Active        Socket: No route to host | Active AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | connectDelay of 5 | last error Socket: No route to host | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bgp-no-such-host', 'NBR-gateway-v6-a',
    'BGP --- start | Connect | Connect AS8103 → AS4248829953 100:100::150 on ext-vlan0 port - | ipv6 DOWN master6 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bgp-syn-dropped', 'NBR-gateway-v4-a',
    'BGP --- start | Connect | Connect AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bgp-md5-mismatch', 'NBR-gateway-v4-a',
    'BGP --- start | Connect | Connect AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bgp-opensent', 'NBR-gateway-v4-a',
    'BGP --- start | OpenSent | OpenSent AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bgp-openconfirm', 'NBR-gateway-v4-a',
    'BGP --- start | OpenConfirm | OpenConfirm AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bgp-wrong-peer-asn', 'NBR-gateway-v4-a',
    'BGP --- start | Idle          BGP Error: Bad peer AS | Idle AS8103 → AS65001 169.254.100.150 on ext-vlan0 port - | errorWait of 60 | last error BGP Error: Bad peer AS | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bgp-wrong-local-asn', 'NBR-gateway-v4-a',
    'BGP --- start | Idle          Received: Bad peer AS | Idle AS8104 → AS4248829953 169.254.100.150 on ext-vlan0 port - | errorWait of 60 | last error Received: Bad peer AS | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bgp-unacceptable-hold', 'NBR-gateway-v4-a',
    'BGP --- start | Idle          Received: Unacceptable hold time | Idle AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | errorWait of 60 | last error Received: Unacceptable hold time | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bgp-missing-capability', 'NBR-gateway-v4-a',
    'BGP --- start | Idle          Received: Required capability missing | Idle AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | errorWait of 60 | last error Received: Required capability missing | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bgp-afi-mismatch', 'NBR-gateway-v4-a',
    'BGP --- start | Idle          BGP Error: Required capability missing | Idle AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | errorWait of 60 | last error BGP Error: Required capability missing | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bgp-hold-expired', 'NBR-gateway-v4-a',
    'BGP --- start | Idle          BGP Error: Hold timer expired | Idle AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | errorWait of 60 | last error BGP Error: Hold timer expired | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bfd-lost', 'NBR-gateway-v4-a',
    'BGP --- start | Idle          Error: BFD session down | Idle AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | errorWait of 60 | last error Error: BFD session down | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bgp-gw-admin-shutdown', 'NBR-gateway-v4-a',
    'BGP --- start | Active        Received: Administrative shutdown | message planned maintenance, call NOC | Active AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | connectDelay of 5 | last error Received: Administrative shutdown | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bgp-gw-no-connect', 'NBR-gateway-v4-a',
    'BGP --- start | Active        Socket: Connection reset by peer | Active AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | connectDelay of 5 | last error Socket: Connection reset by peer | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bgp-gw-killed', 'NBR-gateway-v4-a',
    'BGP --- start | Active        Socket: Connection closed | Active AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | connectDelay of 5 | last error Socket: Connection closed | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bgp-admin-disabled-fe', 'NBR-gateway-v6-a',
    'BGP --- down | no info | message operator test | Down AS8103 → AS4248829953 100:100::150 on ext-vlan0 port - | ipv6 DOWN master6 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'bgp-import-limit', 'NBR-gateway-v4-a',
    'BGP --- down | Automatic shutdown: Route limit exceeded | Down AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | last error Automatic shutdown: Route limit exceeded | ipv4 DOWN master4 cluster_breakout cluster_access | no routes | import limit 10 disable hit'],
  ['2.0.12', 'bgp-import-limit-block', 'NBR-gateway-v4-a',
    'BGP --- up | Established | Established AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port 10179 | holdTimer of 3 | keepaliveTimer of 1 | ipv4 UP master4 cluster_breakout cluster_access | 10 imported - filtered 2 exported 10 preferred | receive limit 50 warn | import limit 10 block hit | updates received 101 rejected 0 filtered 0 ignored 91 accepted 10'],
  ['3.1.7', 'bgp-import-limit-block', 'NBR-gateway-v4-a',
    'BGP --- up | Established | Established AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port 10179 | holdTimer of 3 | keepaliveTimer of 1 | sendHoldTimer of 6 | ipv4 UP master4 cluster_breakout cluster_access | 10 imported - filtered 2 exported 10 preferred | receive limit 50 warn | import limit 10 block hit | updates received 101 rejected 0 filtered 0 ignored 0 rxLimit 0 limit 91 accepted 10'],
  ['3.1.7', 'bgp-import-limit-warn', 'NBR-gateway-v4-a',
    'BGP --- up | Established | Established AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port 10179 | holdTimer of 3 | keepaliveTimer of 1 | sendHoldTimer of 6 | ipv4 UP master4 cluster_breakout cluster_access | 101 imported - filtered 2 exported 101 preferred | import limit 10 warn | updates received 101 rejected 0 filtered 0 ignored 0 rxLimit 0 limit 0 accepted 101'],
  ['2.0.12', 'bgp-filter-rejects-default', 'NBR-gateway-v4-a',
    'BGP --- up | Established | Established AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port 10179 | holdTimer of 3 | keepaliveTimer of 1 | ipv4 UP master4 cluster_breakout cluster_access | 100 imported - filtered 2 exported 100 preferred | updates received 101 rejected 0 filtered 1 ignored 0 accepted 100'],
  ['2.0.12', 'bgp-filter-rejects-default-keep', 'NBR-gateway-v4-a',
    'BGP --- up | Established | Established AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port 10179 | holdTimer of 3 | keepaliveTimer of 1 | ipv4 UP master4 cluster_breakout cluster_access | 100 imported 1 filtered 2 exported 100 preferred | updates received 101 rejected 0 filtered 1 ignored 0 accepted 100'],
  ['2.0.12', 'bgp-vrrp-import-none', 'NBR-gateway-v4-a',
    'BGP --- up | Established | Established AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port 10179 | holdTimer of 3 | keepaliveTimer of 1 | ipv4 UP master4 REJECT cluster_access | 0 imported - filtered 2 exported 0 preferred | updates received 1 rejected 0 filtered 1 ignored 0 accepted 0'],
  ['2.0.12', 'bgp-no-default-received', 'NBR-gateway-v4-a',
    'BGP --- up | Established | Established AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port 10179 | holdTimer of 3 | keepaliveTimer of 1 | ipv4 UP master4 cluster_breakout cluster_access | 0 imported - filtered 2 exported 0 preferred | updates received 0 rejected 0 filtered 0 ignored 0 accepted 0'],
  ['2.0.12', 'bgp-only-specific-nets', 'NBR-gateway-v4-a',
    'BGP --- up | Established | Established AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port 10179 | holdTimer of 3 | keepaliveTimer of 1 | ipv4 UP master4 cluster_breakout cluster_access | 100 imported - filtered 2 exported 100 preferred | updates received 100 rejected 0 filtered 0 ignored 0 accepted 100'],
  ['2.0.12', 'bgp-graceful-restart-peer', 'NBR-gateway-v4-a',
    'BGP --- start | Active        Socket: Connection closed | Active AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | connectDelay of 5 | restartTimer of - | neighbor restarts | last error Socket: Connection closed | ipv4 START master4 cluster_breakout cluster_access | 1 imported - filtered 0 exported 1 preferred | restart Regular | updates received 1 rejected 0 filtered 0 ignored 0 accepted 1'],
  ['2.0.12', 'bgp-fe-graceful-recovery', 'NBR-gateway-v4-a',
    'BGP --- start | Active        Socket: Connection refused | Active AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | connectDelay of 5 | last error Socket: Connection refused | ipv4 DOWN master4 cluster_breakout cluster_access | no routes | recovery pending'],
  ['2.0.12', 'bgp-neighbor-other-subnet', 'NBR-gateway-v4-a',
    'BGP --- start | Idle | Idle AS8103 → AS4248829953 169.254.200.150 on ext-vlan0 port - | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'link-down-fe', 'NBR-gateway-v4-a',
    'BGP --- start | Idle          Error: Neighbor lost | Idle AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | last error Error: Neighbor lost | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'link-no-carrier', 'NBR-gateway-v4-a',
    'BGP --- start | Idle          Error: Link down | Idle AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port - | last error Error: Link down | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'iface-missing', 'NBR-gateway-v4-a',
    'BGP --- start | Idle | Idle AS8103 → AS4248829953 169.254.100.150 on nsm-1 port - | ipv4 DOWN master4 cluster_breakout cluster_access | no routes'],
  ['2.0.12', 'static-bfd-down', 'NBR-gateway-v4-a',
    'Static master4 up | no info | ipv4 UP master4 default_rt REJECT | 0 imported - filtered 0 exported 0 preferred | updates received 0 rejected 0 filtered 0 ignored 0 accepted 0'],
  ['2.0.12', 'static-nobfd-dead-gw', 'NBR-gateway-v4-a',
    'Static master4 up | no info | ipv4 UP master4 default_rt REJECT | 1 imported - filtered 0 exported 1 preferred | updates received 1 rejected 0 filtered 0 ignored 0 accepted 1'],
  ['2.0.12', 'vip-lo-down', 'VIP4',
    'Static master4 up | no info | ipv4 UP master4 ACCEPT REJECT | 0 imported - filtered 0 exported 0 preferred | updates received 0 rejected 0 filtered 0 ignored 0 accepted 0'],
  ['2.0.12', 'vip-blackhole-not-exported', 'VIP4',
    'Static master4 up | no info | ipv4 UP master4 ACCEPT REJECT | 2 imported - filtered 0 exported 2 preferred | updates received 2 rejected 0 filtered 0 ignored 0 accepted 2'],
  ['2.0.12', 'vip-blackhole-not-exported', 'NBR-gateway-v4-a',
    'BGP --- up | Established | Established AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port 10179 | holdTimer of 3 | keepaliveTimer of 1 | ipv4 UP master4 cluster_breakout cluster_access | 1 imported - filtered 0 exported 1 preferred | updates received 1 rejected 0 filtered 0 ignored 0 accepted 1'],
  ['2.0.12', 'vip-not-advertised', 'NBR-gateway-v4-a',
    'BGP --- up | Established | Established AS8103 → AS4248829953 169.254.100.150 on ext-vlan0 port 10179 | holdTimer of 3 | keepaliveTimer of 1 | ipv4 UP master4 cluster_breakout cluster_access | 1 imported - filtered 0 exported 1 preferred | updates received 1 rejected 0 filtered 0 ignored 0 accepted 1'],
  ['2.0.12', 'no-vips', 'kernel1',
    'Kernel master4 up | no info | ipv4 UP master4 REJECT REJECT | 0 imported - filtered 0 exported 0 preferred | updates received 0 rejected 0 filtered 0 ignored 0 accepted 0'],
  ['3.1.7', 'config-kernel-table-dup', 'krtdup',
    'Kernel dup4 start | no info | ipv4 DOWN dup4 REJECT REJECT | no routes'],
])('BIRD %s, %s: %s', (version, situation, name, line) => {
  const found = parseBirdProtocols(rawReply(version, situation, 'show protocols all')).find(protocol => protocol.name === name)
  expect(found && inOneLine(found)).toBe(line)
})

test.each([
  ['vip-not-advertised', /^VIP/],
  ['no-gateways', /^NBR-gateway/],
  ['missing-secret-gateway', /^NBR-gateway-v4-a$/],
  ['fe-initial-config', /^(?:NBR-gateway|VIP|DROP)/],
])('%s leaves no protocol of that name', (situation, name) => {
  const names = parseBirdProtocols(rawReply('2.0.12', situation, 'show protocols all')).map(protocol => protocol.name)
  expect(names).toContain('NBR-BFD')
  expect(names.filter(one => name.test(one))).toEqual([])
})

function inOneLine({ proto, state, info, message, bgp, channels, table }: BirdProtocol): string {
  return [`${proto} ${table ?? '---'} ${state}`, info || 'no info', ...(message === undefined ? [] : [`message ${message}`]), ...bgpWords(bgp), ...channels.flatMap(channelWords)].join(' | ')
}

function bgpWords(bgp: BirdProtocol['bgp']): string[] {
  if (!bgp) return []
  const timers = (['errorWait', 'connectDelay', 'restartTimer', 'holdTimer', 'keepaliveTimer', 'sendHoldTimer'] as const).flatMap(timer => (bgp[timer] ? [`${timer} of ${bgp[timer].totalS ?? '-'}`] : []))
  return [
    `${bgp.state} AS${bgp.localAs} → AS${bgp.neighborAs} ${bgp.neighborAddress} on ${bgp.neighborInterface} port ${bgp.neighborPort ?? '-'}`,
    ...timers,
    ...(bgp.neighborGracefulRestart ? ['neighbor restarts'] : []),
    ...(bgp.lastError ? [`last error ${bgp.lastError.text}`] : []),
  ]
}

function channelWords({ name, state, table, inputFilter, outputFilter, routes, receiveLimit, importLimit, recovery, neighborGracefulRestart, importUpdates }: BirdProtocol['channels'][number]): string[] {
  return [
    `${name} ${state} ${table} ${inputFilter} ${outputFilter}`,
    routes ? `${routes.imported} imported ${routes.filtered ?? '-'} filtered ${routes.exported} exported ${routes.preferred} preferred` : 'no routes',
    ...[{ kind: 'receive', limit: receiveLimit }, { kind: 'import', limit: importLimit }].flatMap(({ kind, limit }) => (limit ? [`${kind} limit ${limit.limit} ${limit.action}${limit.hit ? ' hit' : ''}`] : [])),
    ...(recovery ? [`recovery ${recovery}`] : []),
    ...(neighborGracefulRestart ? [`restart ${neighborGracefulRestart}`] : []),
    ...(importUpdates ? [`updates ${Object.entries(importUpdates).map(([column, count]) => `${column} ${count}`).join(' ')}`] : []),
  ]
}
