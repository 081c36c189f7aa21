import { expect, test } from 'vitest'
import { parseIpAddresses } from '#parsers/ip-addresses.ts'
import { fixture } from '../fixture.ts'

test('one row per address, with the pointer to it', () => {
  const rows = parseIpAddresses(fixture('trench/healthy/tg-1/ip-addr.json')).filter(row => row.interface === 'nsm-0' && row.scope === 'global')
  expect(rows).toEqual([
    { pointer: '/2/addr_info/0', interface: 'nsm-0', family: 'IPv4', address: '172.16.1.6', prefixLength: 24, scope: 'global', flags: [] },
    { pointer: '/2/addr_info/1', interface: 'nsm-0', family: 'IPv4', address: '10.0.0.1', prefixLength: 32, scope: 'global', flags: [] },
    { pointer: '/2/addr_info/2', interface: 'nsm-0', family: 'IPv6', address: '1000::1:a00:1', prefixLength: 128, scope: 'global', flags: ['nodad'] },
    { pointer: '/2/addr_info/3', interface: 'nsm-0', family: 'IPv6', address: 'fd00::ac10:106', prefixLength: 120, scope: 'global', flags: ['nodad'] },
  ])
})

test('a point-to-point address names its far end, a further one is secondary', () => {
  const rows = parseIpAddresses(fixture('kernel/ip-addr.json'))
  expect([rows[2], rows[4]]).toEqual([
    { pointer: '/1/addr_info/0', interface: 'b0', family: 'IPv4', address: '192.0.2.6', prefixLength: 32, peer: '192.0.2.7', scope: 'global', flags: [] },
    { pointer: '/2/addr_info/1', interface: 'a0', family: 'IPv4', address: '192.0.2.5', prefixLength: 24, scope: 'global', flags: ['secondary'] },
  ])
})

test('a duplicate address is told by its flags (synthetic)', () => {
  const text = '[{},{"ifname":"nsm-1","addr_info":[{},{"family":"inet6","local":"fd00::1","prefixlen":64,"scope":"global","dadfailed":true,"tentative":true}]}]'
  expect(parseIpAddresses(text)).toEqual([
    { pointer: '/1/addr_info/1', interface: 'nsm-1', family: 'IPv6', address: 'fd00::1', prefixLength: 64, scope: 'global', flags: ['dadfailed', 'tentative'] },
  ])
})

test('no output is no address', () => {
  expect(parseIpAddresses('')).toEqual([])
})

test.each([
  ['[{"ifname":"eth0"}]', 'not an interface with addresses: {"ifname":"eth0"}'],
  ['[{"ifname":"eth0","addr_info":[{"family":"inet7","local":"x"}]}]', 'not an address of eth0: {"family":"inet7","local":"x"}'],
])('%s is refused and quoted', (text, message) => {
  expect(() => parseIpAddresses(text)).toThrow(new SyntaxError(message))
})
