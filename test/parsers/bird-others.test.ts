import { expect, test } from 'vitest'
import { parseBirdInterfaces } from '#parsers/bird-interfaces.ts'
import { parseBirdMemory } from '#parsers/bird-memory.ts'
import { parseBirdRouteCount } from '#parsers/bird-route-count.ts'
import { parseBirdStatic } from '#parsers/bird-static.ts'
import { parseBirdStatus } from '#parsers/bird-status.ts'
import { rawReply } from './bird-recordings.ts'

test.each([
  ['healthy-static-bfd', [{ line: 1, net: '0.0.0.0/0', dest: 'unicast', nextHops: [{ line: 2, gateway: '169.254.100.150', interface: 'ext-vlan0', onlink: false, bfd: true, dormant: false }] }]],
  ['static-bfd-down', [{ line: 1, net: '0.0.0.0/0', dest: 'unicast', nextHops: [{ line: 2, gateway: '169.254.100.150', interface: 'ext-vlan0', onlink: false, bfd: true, dormant: true }] }]],
  ['static-nobfd-dead-gw', [{ line: 1, net: '0.0.0.0/0', dest: 'unicast', nextHops: [{ line: 2, gateway: '169.254.100.150', interface: 'ext-vlan0', onlink: false, bfd: false, dormant: false }] }]],
])('the static gateway of %s', (situation, routes) => {
  expect(parseBirdStatic(rawReply('2.0.12', situation, "show static 'NBR-gateway-v4-a'"))).toEqual(routes)
})

test('an interface with all that BIRD tells (second one synthetic)', () => {
  expect(parseBirdInterfaces(rawReply('2.0.12', 'link-down-fe', 'show interfaces')).at(-1)).toMatchInlineSnapshot(`
    {
      "addresses": [
        {
          "cidr": "169.254.100.1/24",
          "line": 17,
          "rank": "preferred",
          "scope": "univ",
        },
      ],
      "adminUp": false,
      "broadcast": true,
      "ignored": false,
      "index": 4,
      "line": 15,
      "linkUp": false,
      "loopback": false,
      "mtu": 1500,
      "multicast": true,
      "name": "ext-vlan0",
      "type": "MultiAccess",
      "up": false,
    }
  `)
  expect(parseBirdInterfaces('1001-ppp0 up (index=7 master=#9)\n1004-\tPtP AdminUp LinkUp MTU=1400\n1003-\t10.1.1.1/32 (Secondary, opposite 10.1.1.2, scope site)\n0000 \n')).toEqual([{
    line: 1, name: 'ppp0', up: true, index: 7, master: '#9', type: 'PtP', broadcast: false, multicast: false, adminUp: true, linkUp: true, loopback: false, ignored: false, mtu: 1400,
    addresses: [{ line: 3, cidr: '10.1.1.1/32', rank: 'secondary', opposite: '10.1.1.2', scope: 'site' }],
  }])
})

test('status, while BIRD recovers from a graceful restart', () => {
  expect(parseBirdStatus(rawReply('2.0.12', 'bgp-fe-graceful-recovery', 'show status'))).toMatchInlineSnapshot(`
    {
      "gracefulRestart": {
        "channels": 2,
        "leftS": 234.156,
        "totalS": 240,
      },
      "hostname": "vm",
      "lastReboot": "2026-11-21 03:02:11.317",
      "lastReconfiguration": "2026-11-21 03:02:11.317",
      "line": 10,
      "routerId": "10.244.1.12",
      "serverTime": "2026-11-21 03:02:17.160",
      "state": "up",
      "version": "2.0.12",
    }
  `)
})

test('counts and memory', () => {
  expect(parseBirdRouteCount(rawReply('3.1.7', 'healthy-bgp-bfd', 'show route count'))).toEqual([
    { line: 1, table: 'master4', routes: 3, allRoutes: 3, networks: 3 },
    { line: 2, table: 'master6', routes: 2, allRoutes: 2, networks: 2 },
  ])
  expect(parseBirdMemory(rawReply('2.0.8', 'healthy-bgp-bfd', 'show memory')).at(-1)).toEqual({ line: 5, name: 'Total', bytes: 192 * 1024 })
  expect(parseBirdMemory(rawReply('2.0.12', 'healthy-bgp-bfd', 'show memory'))[0]).toEqual({ line: 3, name: 'Routing tables', bytes: 40_038, overheadBytes: 22_323 })
})
