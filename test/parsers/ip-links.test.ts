import { expect, test } from 'vitest'
import { parseIpLinks } from '#parsers/ip-links.ts'
import { fixture } from '../fixture.ts'

test('a port of the proxy bridge, with its counters', () => {
  expect(parseIpLinks(fixture('trench/healthy/px-a/ip-link.json'))[3]).toEqual({
    pointer: '/3',
    name: 'load-balan-90c8',
    ifindex: 589,
    flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
    up: true,
    lowerUp: true,
    operstate: 'UP',
    mtu: 1400,
    type: 'ether',
    address: '02:fe:2e:e0:5f:76',
    master: 'bridge0',
    kind: 'veth',
    rx: { packets: 305, bytes: 23966, errors: 0, dropped: 0 },
    tx: { packets: 394, bytes: 331811, errors: 0, dropped: 0 },
  })
})

test('loopback has neither kind nor master', () => {
  expect(parseIpLinks(fixture('trench/healthy/tg-1/ip-link.json'))[0]).not.toHaveProperty('kind')
})

test('an interface that was set down is neither up nor has it carrier', () => {
  const links = parseIpLinks(fixture('trench/faults/f02-target-link-down/tg-2/ip-link.json'))
  expect(links.filter(link => link.name === 'nsm-0').map(({ up, lowerUp, operstate }) => ({ up, lowerUp, operstate }))).toEqual([{ up: false, lowerUp: false, operstate: 'DOWN' }])
})

test('no output is no link, and an empty element keeps its place (synthetic, as iproute2 5.10 prints it)', () => {
  const link = JSON.stringify(JSON.parse(fixture('trench/healthy/tg-1/ip-link.json'))[0])
  expect(parseIpLinks('')).toEqual([])
  expect(parseIpLinks(`[{},${link}]`).map(({ pointer, name }) => ({ pointer, name }))).toEqual([{ pointer: '/1', name: 'lo' }])
})

test.each([
  ['{"ifname":"eth0"}', 'not a list of links: {"ifname":"eth0"}'],
  ['Device "x" does not exist.', 'not JSON, but a list of links was expected: Device "x" does not exist.'],
  ['[{"ifname":"eth0","ifindex":2}]', 'not a link: {"ifname":"eth0","ifindex":2}'],
  ['[null]', 'not an element of a list of links: null'],
])('%s is refused and quoted', (text, message) => {
  expect(() => parseIpLinks(text)).toThrow(new SyntaxError(message))
})
