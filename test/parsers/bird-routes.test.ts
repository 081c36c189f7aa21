import { expect, test } from 'vitest'
import { parseBirdRoutes } from '#parsers/bird-routes.ts'
import { rawReply } from './bird-recordings.ts'

test('routes: BIRD 2 and 3 tell the same default, with other names of attributes', () => {
  const [two, three] = ['2.0.12', '3.1.7'].map(version => parseBirdRoutes(rawReply(version, 'healthy-bgp-bfd', 'show route for 0.0.0.0/0 all')))
  expect(two).toMatchInlineSnapshot(`
    [
      {
        "attributes": [
          {
            "line": 4,
            "name": "Type",
            "value": "BGP univ",
          },
          {
            "line": 5,
            "name": "BGP.origin",
            "value": "IGP",
          },
          {
            "line": 6,
            "name": "BGP.as_path",
            "value": "4248829953",
          },
          {
            "line": 7,
            "name": "BGP.next_hop",
            "value": "169.254.100.150",
          },
          {
            "line": 8,
            "name": "BGP.local_pref",
            "value": "100",
          },
        ],
        "best": true,
        "dest": "unicast",
        "line": 2,
        "net": "0.0.0.0/0",
        "nextHops": [
          {
            "gateway": "169.254.100.150",
            "interface": "ext-vlan0",
            "line": 3,
            "onlink": false,
          },
        ],
        "origin": "IGP",
        "originAs": 4248829953,
        "outOfSync": false,
        "preference": 100,
        "protocol": "NBR-gateway-v4-a",
        "since": "02:55:21.219",
        "stale": false,
        "table": "master4",
      },
    ]
  `)
  expect(three?.map(({ attributes }) => attributes.map(({ name, value }) => `${name} = ${value}`))).toMatchInlineSnapshot(`
    [
      [
        "preference = 100",
        "igp_metric = 0",
        "from = 169.254.100.150",
        "source = BGP",
        "bgp_origin = IGP",
        "bgp_path = 4248829953",
        "bgp_next_hop = 169.254.100.150",
        "bgp_local_pref = 100",
        "Internal route handling values = 0L 11G 0S id 3",
      ],
    ]
  `)
})

test.each([
  ['a further route to the same net is not best', '2.0.12', 'healthy-bgp-ecmp', 'show route', ['NBR-gateway-v4-a best', 'NBR-gateway-v4-b other']],
  ['a route the kernel refused is out of sync', '2.0.12', 'kernel-table-conflict', 'show route', ['NBR-gateway-v4-a best out of sync']],
  ['the default of a static gateway', '2.0.12', 'bgp-vrrp-import-none', 'show route', ['static1 best']],
])('%s', (_title, version, situation, command, rows) => {
  const defaults = parseBirdRoutes(rawReply(version, situation, command)).filter(({ net }) => net === '0.0.0.0/0')
  expect(defaults.map(({ protocol, best, outOfSync }) => `${protocol} ${best ? 'best' : 'other'}${outOfSync ? ' out of sync' : ''}`)).toEqual(rows)
})

test('route heads and next hops that were not recorded (synthetic)', () => {
  const head = '1007-Table master4:\n '
  expect(parseBirdRoutes(`${head}10.0.0.0/8           unicast [a 2026-11-19 from 10.9.9.9] * (100-s/?) [?]\n \tvia 10.0.0.1 on eth0 mpls 17/18 onlink weight 2\n \tdev eth1 weight 1\n1012-\tBGP.large_community: (1, 2, 3)\n \t\t(4, 5, 6)\n \tBGP.as_path: \n0000 \n`)).toEqual([{
    line: 2, table: 'master4', net: '10.0.0.0/8', dest: 'unicast', protocol: 'a', since: '2026-11-19', from: '10.9.9.9', best: true, outOfSync: false, preference: 100, stale: true, origin: 'Incomplete',
    nextHops: [{ line: 3, gateway: '10.0.0.1', interface: 'eth0', onlink: true, weight: 2 }, { line: 4, interface: 'eth1', onlink: false, weight: 1 }],
    attributes: [{ line: 5, name: 'BGP.large_community', value: '(1, 2, 3) (4, 5, 6)' }, { line: 7, name: 'BGP.as_path', value: '' }],
  }])
  expect(parseBirdRoutes(`${head}10.0.0.0/8           recursive [a 00:00:00.000] (200)\n \tvia 10.0.0.1 table master4\n 10.1.0.0/16           [b 00:00:00.000] (20)\n0000 \n`).map(({ dest, best, nextHops }) => ({ dest, best, nextHops }))).toEqual([
    { dest: 'recursive', best: false, nextHops: [{ line: 3, gateway: '10.0.0.1', onlink: false, table: 'master4' }] },
    { dest: undefined, best: false, nextHops: [] },
  ])
})
