import { expect, test } from 'vitest'
import { parseSysctls } from '#parsers/sysctls.ts'
import { fixture } from '../fixture.ts'

test('keys of the whole pod', () => {
  const rows = parseSysctls(fixture('trench/healthy/lb-1/sysctl.txt'))
  expect(rows.slice(0, 2)).toEqual([
    { line: 1, key: 'net.ipv4.ip_forward', value: '1' },
    { line: 2, key: 'net.ipv4.conf.all.forwarding', interface: 'all', value: '1' },
  ])
  expect(rows[8]).toEqual({ line: 9, key: 'net.ipv4.ip_local_port_range', value: '49152\t65535' })
})

test('an interface name keeps its dots', () => {
  expect(parseSysctls(fixture('trench/healthy/px-a/sysctl-per-if.txt'))[36]).toEqual({ line: 37, key: 'net.ipv4.conf.proxy.load-1f0a.rp_filter', interface: 'proxy.load-1f0a', value: '0' })
})

test('sysctl(8) prints slashes for those dots (synthetic)', () => {
  expect(parseSysctls('net.ipv4.conf.proxy/load-1f0a.rp_filter = 0\nnet.ipv6.neigh.default.gc_thresh3 = 1024\nkernel.domainname = \n')).toEqual([
    { line: 1, key: 'net.ipv4.conf.proxy.load-1f0a.rp_filter', interface: 'proxy.load-1f0a', value: '0' },
    { line: 2, key: 'net.ipv6.neigh.default.gc_thresh3', interface: 'default', value: '1024' },
    { line: 3, key: 'kernel.domainname', value: '' },
  ])
})

test('no output is no key', () => {
  expect(parseSysctls('')).toEqual([])
})

test.each(['net.ipv4.ip_forward: 1', 'sysctl: permission denied on key', ' = 1'])('%s is refused and quoted', text => {
  expect(() => parseSysctls(`net.ipv4.ip_forward = 1\n${text}\n`)).toThrow(new SyntaxError(`not a sysctl: ${text}`))
})
