import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/proxy-hash-policy-coarse.ts'
import { say } from '../recorded-trench.ts'
import { edit } from './edits.ts'

test('healthy pods choose next hops by the whole flow', async () => {
  expect(await say(check)).toEqual([])
})

test('one family goes by addresses', async () => {
  expect(await say(check, { edit: edit('px-a', 'sysctl', 'net.ipv6.fib_multipath_hash_policy = 1', 'net.ipv6.fib_multipath_hash_policy = 0') })).toEqual(['px-a: IPv6 next hops are chosen by addresses alone (net.ipv6.fib_multipath_hash_policy = 0)'])
})

test('a setting that the kernel does not tell is unknown', async () => {
  expect(await say(check, { edit: edit('px-a', 'sysctl', /^net\.ipv4\.fib_multipath.*\n/m, '') })).toEqual(['px-a: unknown: the kernel tells no net.ipv4.fib_multipath_hash_policy'])
  expect(await say(check, { gone: ['px-a'] })).toEqual(['px-a: unknown: sysctls: no probe: ErrImageNeverPull'])
})
