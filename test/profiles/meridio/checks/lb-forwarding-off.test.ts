import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/lb-forwarding-off.ts'
import { say } from '../recorded-trench.ts'
import { ipv4Only } from './kube.ts'

const sysctl = (from: RegExp | string, to: string) => ({ edit: { pod: 'lb-1', command: 'sysctl', from, to } })

test('a healthy load balancer forwards both families', async () => {
  expect(await say(check)).toEqual([])
})

test('forwarding is off', async () => {
  expect(await say(check, { fault: 'f42-lb-forwarding-off' })).toEqual([
    'lb-1: IPv4 forwarding is off (net.ipv4.conf.all.forwarding = 0)',
    'lb-1: IPv6 forwarding is off (net.ipv6.conf.all.forwarding = 0)',
  ])
})

test('a trench of one family needs no other', async () => {
  expect(await say(check, { ...ipv4Only, fault: 'f42-lb-forwarding-off' })).toEqual(['lb-1: IPv4 forwarding is off (net.ipv4.conf.all.forwarding = 0)'])
})

test.each(['load-balan-27a4', 'nsm-1'])('IPv4 is off where packets come in by %s', async name => {
  expect(await say(check, sysctl(`net.ipv4.conf.${name}.forwarding = 1`, `net.ipv4.conf.${name}.forwarding = 0`))).toEqual([`lb-1: IPv4 forwarding is off (net.ipv4.conf.${name}.forwarding = 0)`])
})

test('the primary interface need not forward, and IPv6 asks only for all', async () => {
  expect(await say(check, sysctl('net.ipv4.conf.eth0.forwarding = 1', 'net.ipv4.conf.eth0.forwarding = 0'))).toEqual([])
  expect(await say(check, sysctl('net.ipv6.conf.nsm-1.forwarding = 1', 'net.ipv6.conf.nsm-1.forwarding = 0'))).toEqual([])
})

test('a family the kernel does not have', async () => {
  expect(await say(check, sysctl(/^net\.ipv6.*\n/gm, ''))).toEqual(['lb-1: the kernel has no IPv6 settings: the family is switched off on this node'])
})

test('a kernel that tells nothing of forwarding leaves it unknown', async () => {
  expect(await say(check, sysctl(/^net.*forwarding.*\n/gm, ''))).toEqual(['lb-1: unknown: the kernel tells no forwarding settings'])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: ip-links: no probe: ErrImageNeverPull; sysctls: no probe: ErrImageNeverPull'])
})
