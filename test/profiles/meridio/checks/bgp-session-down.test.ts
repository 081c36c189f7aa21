import { describe, expect, test } from 'vitest'
import check from '#profiles/meridio/checks/bgp-session-down.ts'
import { birdVersions, recordingsOf } from '../../../parsers/bird-recordings.ts'
import { say } from '../recorded-trench.ts'
import { type GatewaySpec, situation } from './bird-situation.ts'
import { change, kube } from './kube.ts'

const needs = (peer: string, { bgp = {} }: GatewaySpec = {}) => `; the gateway needs: peer ${peer} AS ${bgp['local-asn'] ?? 8103}, own AS ${bgp['remote-asn'] ?? 4248829953}, port 10179, hold time 24 s, BFD 300/300 ms x 5, no password`
/** Where the resource itself holds the wrong number, BIRD runs with it too. */
const specs: Readonly<Record<string, GatewaySpec>> = { 'bgp-wrong-peer-asn': { bgp: { 'remote-asn': 65001 } }, 'bgp-wrong-local-asn': { bgp: { 'local-asn': 8104 } }, 'bgp-swapped-asn': { bgp: { 'local-asn': 4248829953 } } }

/** Situation, and the story of the IPv4 and the IPv6 gateway; null = nothing to say. What was done to whom: test/fixtures/bird/README.md. */
const stories: readonly (readonly [string, string | null, string | null])[] = [
  ['bfd-admin-down', 'Idle, Error: BFD session down (BFD lost the gateway), BIRD waits 55 s before it tries again',
    'Idle, Error: BFD session down (BFD lost the gateway), BIRD waits 52 s before it tries again'],
  ['bfd-lost', 'Idle, Error: BFD session down (BFD lost the gateway), BIRD waits 50 s before it tries again',
    'Idle, Error: BFD session down (BFD lost the gateway), BIRD waits 54 s before it tries again'],
  ['bgp-admin-disabled-fe', 'Down (disabled by hand on our side)',
    'Down "operator test" (disabled by hand on our side)'],
  ['bgp-afi-mismatch', 'Idle, BGP Error: Required capability missing (the gateway does not offer the address family of this session), BIRD waits 50 s before it tries again',
    null],
  ['bgp-connection-refused', 'Active, Socket: Connection refused (nothing listens on the port at the gateway)', 'the same'],
  ['bgp-fe-graceful-recovery', 'Active, Socket: Connection refused (nothing listens on the port at the gateway)', 'the same'],
  ['bgp-graceful-restart-peer', 'Active, Socket: Connection closed (the gateway closed the connection: it does not know our address, or its BGP ended), the gateway restarts gracefully and its routes are kept for 117 s more', 'the same'],
  ['bgp-gw-admin-shutdown', 'Active, Received: Administrative shutdown "planned maintenance, call NOC" (ended on purpose at the gateway)',
    'Active, Received: Administrative shutdown (ended on purpose at the gateway)'],
  ['bgp-gw-frozen-bfd', 'Idle, Error: BFD session down (BFD lost the gateway), BIRD waits 51 s before it tries again',
    'Idle, Error: BFD session down (BFD lost the gateway), BIRD waits 57 s before it tries again'],
  ['bgp-gw-killed', 'Active, Socket: Connection closed (the gateway closed the connection: it does not know our address, or its BGP ended)', 'the same'],
  ['bgp-gw-no-connect', 'Active, Socket: Connection reset by peer (the gateway closed the connection: it does not know our address, or its BGP ended)', 'the same'],
  ['bgp-gw-passive-rst', 'Active, Socket: Connection closed (the gateway closed the connection: it does not know our address, or its BGP ended)',
    'Active, Socket: Connection reset by peer (the gateway closed the connection: it does not know our address, or its BGP ended)'],
  ['bgp-gw-shutdown', 'Active, Received: Administrative shutdown (ended on purpose at the gateway)', 'the same'],
  ['bgp-hold-expired', 'Idle, BGP Error: Hold timer expired (the gateway fell silent), BIRD waits 56 s before it tries again',
    'Idle, BGP Error: Hold timer expired (the gateway fell silent), BIRD waits 47 s before it tries again'],
  ['bgp-import-limit', 'Down, Automatic shutdown: Route limit exceeded (the gateway announces more routes than our limit allows)', 'the same'],
  ['bgp-md5-mismatch', 'Connect (no answer to our connection: nobody there, a filter, no way back, or passwords that differ)', 'the same'],
  ['bgp-md5-missing-fe', 'Connect (no answer to our connection: nobody there, a filter, no way back, or passwords that differ)', 'the same'],
  ['bgp-md5-missing-gw', 'Connect (no answer to our connection: nobody there, a filter, no way back, or passwords that differ)', 'the same'],
  ['bgp-missing-capability', 'Idle, Received: Required capability missing (the gateway demands a capability we do not offer), BIRD waits 50 s before it tries again',
    'Idle, Received: Required capability missing (the gateway demands a capability we do not offer), BIRD waits 55 s before it tries again'],
  ['bgp-neighbor-other-subnet', 'Idle (BIRD waits for the interface, or for an address of ours in the gateway\'s network)', 'the same'],
  ['bgp-no-fe-address', 'Idle (BIRD waits for the interface, or for an address of ours in the gateway\'s network)',
    null],
  ['bgp-no-such-host', 'Active, Socket: No route to host (nobody answers for the address)',
    'Connect (no answer to our connection: nobody there, a filter, no way back, or passwords that differ)'],
  ['bgp-openconfirm', 'OpenConfirm (the gateway does not confirm the session)',
    'Active (BIRD is about to connect)'],
  ['bgp-opensent', 'OpenSent (the gateway takes the connection and says nothing)', 'the same'],
  ['bgp-reconnect-delay', 'Idle, BGP Error: Hold timer expired (the gateway fell silent), BIRD waits 25 s before it tries again',
    'Idle, BGP Error: Hold timer expired (the gateway fell silent), BIRD waits 23 s before it tries again'],
  ['bgp-swapped-asn', 'Idle, Received: Bad peer AS (the gateway expects another AS of us), BIRD waits 48 s before it tries again', 'the same'],
  ['bgp-syn-dropped', 'Connect (no answer to our connection: nobody there, a filter, no way back, or passwords that differ)', 'the same'],
  ['bgp-unacceptable-hold', 'Idle, Received: Unacceptable hold time (our hold time is too short for the gateway), BIRD waits 55 s before it tries again',
    'Idle, Received: Unacceptable hold time (our hold time is too short for the gateway), BIRD waits 47 s before it tries again'],
  ['bgp-v4-down-v6-up', 'Idle, Error: BFD session down (BFD lost the gateway), BIRD waits 45 s before it tries again',
    null],
  ['bgp-wrong-local-asn', 'Idle, Received: Bad peer AS (the gateway expects another AS of us), BIRD waits 53 s before it tries again',
    'Idle, Received: Bad peer AS (the gateway expects another AS of us), BIRD waits 49 s before it tries again'],
  ['bgp-wrong-peer-asn', 'Idle, BGP Error: Bad peer AS (the gateway has another AS, bird.log names it), BIRD waits 56 s before it tries again',
    'Active (BIRD is about to connect)'],
  ['bgp-wrong-port', 'Active, Socket: Connection refused (nothing listens on the port at the gateway)', 'the same'],
  ['config-kernel-table-dup', 'Active (BIRD is about to connect)', 'the same'],
  ['iface-missing', 'Idle (BIRD waits for the interface, or for an address of ours in the gateway\'s network)', 'the same'],
  ['iface-removed', 'Idle, Error: Neighbor lost (our interface or address is gone, or another host has our address)', 'the same'],
  ['iface-renamed', 'Idle (BIRD waits for the interface, or for an address of ours in the gateway\'s network)', 'the same'],
  ['link-down-fe', 'Idle, Error: Neighbor lost (our interface or address is gone, or another host has our address)', 'the same'],
  ['link-no-carrier', 'Idle, Error: Link down (our interface has no carrier)', 'the same'],
]

describe('every recorded situation of BIRD 2.0.12', () => {
  test.each(stories)('%s', async (name, v4, v6) => {
    const spec = specs[name]
    const both = [v4 && `lb-1: NBR-gateway-v4-a (169.254.100.150) is ${v4}${needs('169.254.100.1', spec)}`, v6 && `lb-1: NBR-gateway-v6-a (100:100::150) is ${v6 === 'the same' ? v4 : v6}${needs('100:100::1', spec)}`]
    expect(await say(check, situation('2.0.12', name, spec))).toEqual(both.filter(text => text !== null))
  })

  test.each([
    'bfd-init', 'bfd-never-up', 'bfd-one-way', 'bfd-slow-timers', 'bgp-as-loop', 'bgp-filter-rejects-default',
    'bgp-filter-rejects-default-keep', 'bgp-flapping', 'bgp-import-limit-block', 'bgp-import-limit-warn', 'bgp-nexthop-unreachable', 'bgp-no-default-received',
    'bgp-only-specific-nets', 'bgp-vrrp-import-none', 'config-error-reconfigure', 'healthy-bgp-bfd', 'healthy-bgp-default-ports', 'healthy-bgp-many-nets',
    'healthy-bgp-nobfd', 'kernel-table-conflict', 'kernel-table-flushed', 'no-vips', 'vip-blackhole-not-exported', 'vip-lo-down',
    'vip-not-advertised',
  ])('%s: the sessions are up', async name => {
    expect(await say(check, situation('2.0.12', name))).toEqual([])
  })
})

describe('other versions of BIRD tell the same story of the IPv4 gateway', () => {
  // what a race decides (seconds, who closes) and one recording that is too long are no difference
  const plain = (text: string | undefined) => text?.replace(/waits \d+ s/, 'waits n s').replace(/for \d+ s more/, 'for n s more').replace(/Connection (closed|reset by peer)/, 'Connection ended')
  const recorded = birdVersions.filter(version => version !== '2.0.12').flatMap(version => stories.filter(([name]) => recordingsOf(version).some(({ situation: one }) => one === name)).map(([name, v4]) => [version, name, v4] as const))

  test.each(recorded)('%s %s', async (version, name, v4) => {
    const said = await say(check, situation(version, name, specs[name]))
    expect(plain(said.find(text => text.includes('NBR-gateway-v4-a')))).toBe(plain(`lb-1: NBR-gateway-v4-a (169.254.100.150) is ${v4}${needs('169.254.100.1', specs[name])}`))
  })
})

test('of two gateways per family only those that are down are named', async () => {
  expect(await say(check, situation('3.1.7', 'bgp-one-gw-of-two-down'))).toEqual([
    `lb-1: NBR-gateway-v4-b (169.254.100.151) is Active, Socket: Connection refused (nothing listens on the port at the gateway)${needs('169.254.100.1')}`,
    `lb-1: NBR-gateway-v6-b (100:100::151) is Active, Socket: Connection refused (nothing listens on the port at the gateway)${needs('100:100::1')}`,
  ])
})

test('a password is said, never shown, and an unknown address of ours is not invented', async () => {
  const world = situation('2.0.12', 'bgp-md5-missing-fe', { bgp: { auth: { 'key-name': 'k', 'key-source': 's' } } })
  const [v4] = await say(check, { ...world, edit: [] })
  expect(v4).toBe('lb-1: NBR-gateway-v4-a (169.254.100.150) is Connect (no answer to our connection: nobody there, a filter, no way back, or passwords that differ); the gateway needs: peer our external address AS 8103, own AS 4248829953, port 10179, hold time 24 s, BFD 300/300 ms x 5, the password')
})

describe('the recorded trench', () => {
  const red = (peer: string) => `; the gateway needs: peer ${peer} AS 8103, own AS 4248829953, port 10179, hold time 3 s, BFD 300/300 ms x 3, no password`

  test.each(['', 'bird-2.0.8', 'bird-3.1.4'])('healthy %s', async variant => {
    expect(await say(check, variant === '' ? {} : { variant })).toEqual([])
  })

  test('both gateways are gone', async () => {
    expect(await say(check, { fault: 'f14-gateway-down' })).toEqual([
      `lb-1: NBR-gateway1 (169.254.101.254) is Idle, Error: BFD session down (BFD lost the gateway), BIRD waits 33 s before it tries again${red('169.254.101.1')}`,
      `lb-1: NBR-gateway2 (1000::1:a9fe:65fe) is Idle, Error: BFD session down (BFD lost the gateway), BIRD waits 32 s before it tries again${red('1000::1:a9fe:6501')}`,
    ])
  })

  test('BIRD runs with another ASN than the Gateway says', async () => {
    expect(await say(check, { fault: 'f15-asn-mismatch' })).toEqual([
      `lb-1: NBR-gateway1 (169.254.101.254) is Idle, BGP Error: Bad peer AS (the gateway has another AS, bird.log names it), BIRD waits 38 s before it tries again, BIRD expects AS 4248829999 where the Gateway says 4248829953${red('169.254.101.1')}`,
    ])
  })

  test('a gateway that is static now has no session to be up', async () => {
    const world = kube(change('gateways', 'gateway1', spec => Object.assign(spec, { protocol: 'static', bgp: undefined })))
    expect(await say(check, { ...world, fault: 'f15-asn-mismatch' })).toEqual([])
  })

  test('without a BGP gateway there is nothing to judge', async () => {
    const reason = 'not-applicable: the attractor has no BGP gateway'
    expect(await say(check, kube(change('attractors', 'attr1', spec => { spec['gateways'] = [] })))).toEqual([`lb-1: ${reason}`, `lb-2: ${reason}`])
  })

  test('BIRD that does not answer, and a pod nobody can enter, are unknown', async () => {
    const refused = 'birdc show protocols all: Unable to connect to server control socket (/run/bird/bird.ctl): Connection refused'
    expect(await say(check, { fault: 'f37-bird-killed', gone: ['lb-2'] })).toEqual([
      `lb-1: unknown: bird-protocols: ${refused}`,
      'lb-2: unknown: bird-protocols: no probe: ErrImageNeverPull; ip-addresses: no probe: ErrImageNeverPull',
    ])
  })
})
