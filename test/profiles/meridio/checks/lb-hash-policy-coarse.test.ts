import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/lb-hash-policy-coarse.ts'
import { say } from '../recorded-trench.ts'
import { edit } from './edits.ts'

test('healthy pods choose next hops by the whole flow', async () => {
  expect(await say(check)).toEqual([])
})

test('one family goes by addresses', async () => {
  expect(await say(check, { edit: edit('lb-1', 'sysctl', 'net.ipv6.fib_multipath_hash_policy = 1', 'net.ipv6.fib_multipath_hash_policy = 0') })).toEqual(['lb-1: IPv6 next hops are chosen by addresses alone (net.ipv6.fib_multipath_hash_policy = 0)'])
})

test('a setting that the kernel does not tell is unknown', async () => {
  expect(await say(check, { edit: edit('lb-1', 'sysctl', /^net\.ipv4\.fib_multipath.*\n/m, '') })).toEqual(['lb-1: unknown: the kernel tells no net.ipv4.fib_multipath_hash_policy'])
  expect(await say(check, { gone: ['lb-1'] })).toEqual(['lb-1: unknown: sysctls: no probe: ErrImageNeverPull'])
})
