import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-vip-rule-missing.ts'
import { say } from '../recorded-trench.ts'
import { edit, idle, noAddress, without } from './edits.ts'

test('a healthy target has a rule per VIP and family', async () => {
  expect(await say(check)).toEqual([])
})

test('tg-2 lost the IPv4 rule', async () => {
  expect(await say(check, { fault: 'f30-target-rule-missing' })).toEqual(['tg-2: no IPv4 rule from 10.0.0.1/32'])
})

test('both families are said', async () => {
  expect(await say(check, { edit: [without('tg-4', 'rules4', '10.0.0.1'), without('tg-4', 'rules6', '1000::1:a00:1')] })).toEqual(['tg-4: no IPv4 rule from 10.0.0.1/32', 'tg-4: no IPv6 rule from 1000::1:a00:1/128'])
})

test('a rule for one interface only is none', async () => {
  expect(await say(check, { edit: edit('tg-1', 'rules4', '"src":"10.0.0.1",', '"src":"10.0.0.1","iif":"eth0",') })).toEqual(['tg-1: no IPv4 rule from 10.0.0.1/32'])
})

test('a VIP that is not on the target needs no rule', async () => {
  expect(await say(check, { edit: [without('tg-1', 'rules4', '10.0.0.1'), noAddress('tg-1', '10.0.0.1')] })).toEqual([])
})

test('an idle application is healthy', async () => {
  expect(await say(check, { edit: idle('tg-3') })).toEqual(['tg-3: not-applicable: no stream is open: the pod has no nsm interface'])
})

test('a target that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['tg-1'] })).toEqual(['tg-1: unknown: ip-links: no probe: ErrImageNeverPull; ip-addresses: no probe: ErrImageNeverPull; ip-rules: no probe: ErrImageNeverPull'])
})
