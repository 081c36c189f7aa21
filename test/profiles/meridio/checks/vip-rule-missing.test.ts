import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/vip-rule-missing.ts'
import { say } from '../recorded-trench.ts'

test('a healthy trench has a rule per VIP and family', async () => {
  expect(await say(check)).toEqual([])
})

test('lb-1 lost the IPv4 rules of its VIP', async () => {
  expect(await say(check, { fault: 'f18-vip-rule-missing' })).toEqual(['lb-1: no IPv4 rule from 10.0.0.1/32 to table 4096'])
})

test('an IPv6 VIP is found in whatever spelling', async () => {
  expect(await say(check, { edit: { pod: 'lb-2', command: 'ip -j -6 rule', from: '"src":"1000::1:a00:1","table":"4096"', to: '"src":"1000::2","table":"4096"' } })).toEqual(['lb-2: no IPv6 rule from 1000::1:a00:1/128 to table 4096'])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: ip-rules: no probe: ErrImageNeverPull'])
})
