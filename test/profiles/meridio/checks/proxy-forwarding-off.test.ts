import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/proxy-forwarding-off.ts'
import { say } from '../recorded-trench.ts'
import { edit } from './edits.ts'
import { ipv4Only } from './kube.ts'

const set = (...settings: readonly (readonly [RegExp, string])[]) => ({ edit: settings.map(([from, to]) => edit('px-a', 'sysctl', from, to)) })

test('a healthy proxy forwards both families', async () => {
  expect(await say(check)).toEqual([])
})

test.each([
  ['IPv4 is off for what comes in over the bridge', set([/(ipv4\.conf\.bridge0\.forwarding = )1/, '$10']), ['px-a: IPv4 forwarding is off (net.ipv4.conf.bridge0.forwarding = 0)']],
  ['IPv6 is off for all', set([/(ipv6\.conf\.all\.forwarding = )1/g, '$10']), ['px-a: IPv6 forwarding is off (net.ipv6.conf.all.forwarding = 0)']],
  ['IPv4 is off for all and there is no bridge', set([/(ipv4\.conf\.all\.forwarding = )1/g, '$10'], [/^.*ipv4\.conf\.bridge0.*\n/gm, '']), ['px-a: IPv4 forwarding is off (net.ipv4.conf.all.forwarding = 0)']],
  ['the kernel has no IPv6', set([/^net\.ipv6\..*\n/gm, '']), ['px-a: the kernel has no IPv6 settings: the family is switched off on this node']],
])('%s', async (_, world, said) => {
  expect(await say(check, world)).toEqual(said)
})

test.each([
  ['IPv4 asks the interface, not all', set([/(ipv4\.conf\.all\.forwarding = )1/g, '$10'])],
  ['IPv6 asks all, not the interface', set([/(ipv6\.conf\.bridge0\.forwarding = )1/g, '$10'])],
  ['other interfaces do not matter', set([/(ipv4\.conf\.eth0\.forwarding = )1/g, '$10'])],
  ['a trench of IPv4 needs no IPv6', { ...ipv4Only, ...set([/^net\.ipv6\..*\n/gm, '']) }],
])('%s', async (_, world) => {
  expect(await say(check, world)).toEqual([])
})

test('a kernel that tells nothing of forwarding is not judged', async () => {
  expect(await say(check, set([/^.*\.forwarding.*\n/gm, '']))).toEqual(['px-a: unknown: the kernel tells no forwarding settings'])
})

test('a proxy that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['px-a'] })).toEqual(['px-a: unknown: sysctls: no probe: ErrImageNeverPull'])
})
