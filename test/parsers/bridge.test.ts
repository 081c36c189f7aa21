import { expect, test } from 'vitest'
import { parseBridgeFdb } from '#parsers/bridge-fdb.ts'
import { parseBridgeLinks } from '#parsers/bridge-links.ts'
import { fixture } from '../fixture.ts'

test('the ports of the proxy bridge forward', () => {
  const flags = ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP']
  expect(parseBridgeLinks(fixture('trench/healthy/px-a/bridge-link.json'))).toEqual([
    { pointer: '/0', port: 'load-balan-90c8', master: 'bridge0', state: 'forwarding', flags },
    { pointer: '/1', port: 'load-balan-d7c4', master: 'bridge0', state: 'forwarding', flags },
    { pointer: '/2', port: 'proxy.load-1f0a', master: 'bridge0', state: 'forwarding', flags },
    { pointer: '/3', port: 'proxy.load-52c1', master: 'bridge0', state: 'forwarding', flags },
  ])
})

test('a port that was shut says so', () => {
  const states = parseBridgeLinks(fixture('trench/faults/f38-bridge-port-blocked/px-a/bridge-link.json')).map(({ state }) => state)
  expect(states).toEqual(['forwarding', 'forwarding', 'forwarding', 'disabled'])
})

test('a learned address, a port\'s own, and one of an interface filter', () => {
  expect(parseBridgeFdb(fixture('trench/healthy/px-a/bridge-fdb.json')).slice(10, 13)).toEqual([
    { pointer: '/10', mac: '02:fe:c6:b9:bf:4b', port: 'load-balan-90c8', master: 'bridge0', state: '', flags: [] },
    { pointer: '/11', mac: '02:fe:2e:e0:5f:76', port: 'load-balan-90c8', master: 'bridge0', state: 'permanent', flags: [] },
    { pointer: '/12', mac: '33:33:00:00:00:01', port: 'load-balan-90c8', state: 'permanent', flags: ['self'] },
  ])
})

test('without a bridge there is no port', () => {
  expect(parseBridgeLinks(fixture('kernel/bridge-link-none.json'))).toEqual([])
  expect(parseBridgeLinks('')).toEqual([])
  expect(parseBridgeFdb('')).toEqual([])
})

test.each([
  ['[{"ifname":"a0"}]', parseBridgeLinks, 'not a bridge port: {"ifname":"a0"}'],
  ['Unknown', parseBridgeLinks, 'not JSON, but a list of bridge ports was expected: Unknown'],
  ['[{"mac":"02:00:00:00:00:01"}]', parseBridgeFdb, 'not a forwarding entry: {"mac":"02:00:00:00:00:01"}'],
])('%s is refused and quoted', (text, parse, message) => {
  expect(() => parse(text)).toThrow(new SyntaxError(message))
})
