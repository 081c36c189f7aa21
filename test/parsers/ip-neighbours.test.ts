import { expect, test } from 'vitest'
import { parseIpNeighbours } from '#parsers/ip-neighbours.ts'
import { fixture } from '../fixture.ts'

test('a target and the gateway, as a load balancer knows them', () => {
  const rows = parseIpNeighbours(fixture('trench/healthy/lb-1/ip-neigh.json'))
  expect([rows[0], rows[9]]).toEqual([
    { pointer: '/0', family: 'IPv4', address: '172.16.2.8', interface: 'load-balan-274a', mac: '02:fe:24:cb:fe:26', state: ['REACHABLE'], router: false },
    { pointer: '/9', family: 'IPv6', address: '1000::1:a9fe:65fe', interface: 'nsm-1', mac: '02:fe:c2:9e:cf:3d', state: ['REACHABLE'], router: true },
  ])
})

test('who never answered has no MAC', () => {
  expect(parseIpNeighbours(fixture('kernel/ip-neigh.json'))).toEqual([
    { pointer: '/0', family: 'IPv4', address: '192.0.2.34', interface: 'a0', state: ['FAILED'], router: false },
    { pointer: '/1', family: 'IPv4', address: '192.0.2.33', interface: 'a0', mac: '02:00:00:00:00:33', state: ['PERMANENT'], router: false },
  ])
})

test('no output is no neighbour', () => {
  expect(parseIpNeighbours('')).toEqual([])
})

test.each([
  ['[{"dst":"10.0.0.1"}]', 'not a neighbour: {"dst":"10.0.0.1"}'],
  ['[{"dst":"10.0.0.1","dev":"a0","state":"REACHABLE"}]', 'not a neighbour: {"dst":"10.0.0.1","dev":"a0","state":"REACHABLE"}'],
])('%s is refused and quoted', (text, message) => {
  expect(() => parseIpNeighbours(text)).toThrow(new SyntaxError(message))
})
