import { expect, test } from 'vitest'
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

test('counts of routes', () => {
  expect(parseBirdRouteCount(rawReply('3.1.7', 'healthy-bgp-bfd', 'show route count'))).toEqual([
    { line: 1, table: 'master4', routes: 3, allRoutes: 3, networks: 3 },
    { line: 2, table: 'master6', routes: 2, allRoutes: 2, networks: 2 },
  ])
})
