import { expect, test } from 'vitest'
import { parseIpRoutes } from '#parsers/ip-routes.ts'
import { fixture } from '../fixture.ts'

test('the tables of a load balancer: BIRD, blackhole, one per target', () => {
  const rows = parseIpRoutes(fixture('trench/healthy/lb-1/ip-route4.json'))
  expect(rows.slice(0, 3)).toEqual([
    {
      pointer: '/0', dst: 'default', type: 'unicast', table: '4096', gateway: '169.254.101.254', dev: 'nsm-1',
      nexthops: [{ pointer: '/0', gateway: '169.254.101.254', dev: 'nsm-1', weight: 1, flags: [] }], metric: 32, protocol: 'bird', flags: [],
    },
    { pointer: '/1', dst: 'default', type: 'blackhole', table: '4097', nexthops: [], metric: 32, protocol: 'bird', flags: [] },
    {
      pointer: '/2', dst: 'default', type: 'unicast', table: '5048', gateway: '172.16.1.6', dev: 'load-balan-27a4',
      nexthops: [{ pointer: '/2', gateway: '172.16.1.6', dev: 'load-balan-27a4', weight: 1, flags: [] }], flags: [],
    },
  ])
})

test('a proxy sends to several load balancers: each next hop has its own place', () => {
  expect(parseIpRoutes(fixture('trench/healthy/px-a/ip-route6.json'))[0]).toEqual({
    pointer: '/0', dst: 'default', type: 'unicast', table: '1', metric: 1024, flags: [],
    nexthops: [
      { pointer: '/0/nexthops/0', gateway: 'fd00::ac10:102', dev: 'bridge0', weight: 1, flags: [] },
      { pointer: '/0/nexthops/1', gateway: 'fd00::ac10:104', dev: 'bridge0', weight: 1, flags: [] },
    ],
  })
})

test('flags of the route and of its next hops, and a gateway of the other family', () => {
  expect(parseIpRoutes(fixture('kernel/ip-route4.json')).slice(0, 3)).toEqual([
    {
      pointer: '/0', dst: 'default', type: 'unicast', table: '7', flags: ['linkdown'],
      nexthops: [
        { pointer: '/0/nexthops/0', gateway: '192.0.2.2', dev: 'a0', weight: 2, flags: ['linkdown'] },
        { pointer: '/0/nexthops/1', gateway: '192.0.2.3', dev: 'a0', weight: 1, flags: ['onlink', 'linkdown'] },
      ],
    },
    {
      pointer: '/1', dst: '192.0.2.0/24', type: 'unicast', table: 'main', dev: 'a0', protocol: 'kernel', scope: 'link', prefsrc: '192.0.2.1', flags: ['linkdown'],
      nexthops: [{ pointer: '/1', dev: 'a0', weight: 1, flags: ['linkdown'] }],
    },
    {
      pointer: '/2', dst: '198.18.0.0/24', type: 'unicast', table: 'main', gateway: 'fe80::99', dev: 'a0', flags: ['linkdown'],
      nexthops: [{ pointer: '/2', gateway: 'fe80::99', dev: 'a0', weight: 1, flags: ['linkdown'] }],
    },
  ])
})

test('routes that drop have no next hop, also where IPv6 prints dev lo', () => {
  const dropping = ['4', '6'].flatMap(family => parseIpRoutes(fixture(`kernel/ip-route${family}.json`))).filter(route => route.nexthops.length === 0)
  expect(dropping.map(({ type, dev }) => ({ type, dev }))).toEqual([
    { type: 'blackhole', dev: undefined }, { type: 'unreachable', dev: undefined }, { type: 'prohibit', dev: undefined },
    { type: 'blackhole', dev: 'lo' }, { type: 'unreachable', dev: 'lo' }, { type: 'prohibit', dev: 'lo' },
  ])
})

test('no output is no route', () => {
  expect(parseIpRoutes('')).toEqual([])
})

test.each([
  ['[{"gateway":"10.0.0.1"}]', 'not a route: {"gateway":"10.0.0.1"}'],
  ['[{"dst":"default","metric":"high"}]', 'not a route: {"dst":"default","metric":"high"}'],
  ['[{"dst":"default","nexthops":[{"gateway":1}]}]', 'not a route: {"dst":"default","nexthops":[{"gateway":1}]}'],
])('%s is refused and quoted', (text, message) => {
  expect(() => parseIpRoutes(text)).toThrow(new SyntaxError(message))
})
