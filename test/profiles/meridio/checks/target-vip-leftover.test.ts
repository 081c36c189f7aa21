import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-vip-leftover.ts'
import { say } from '../recorded-trench.ts'
import { edit, idle } from './edits.ts'

const more = edit('tg-1', 'addresses', /(\{[^{}]*)"local":"10\.0\.0\.1"([^{}]*\})/, '$1"local":"10.0.0.1"$2,$1"local":"10.0.0.9"$2')

test('a healthy target holds VIPs of its trench', async () => {
  expect(await say(check)).toEqual([])
})

test('a VIP that is gone', async () => {
  expect(await say(check, { edit: more })).toEqual(['tg-1: nsm-0 holds 10.0.0.9/32, which is no VIP of the trench'])
})

test('a target that has nothing open is not judged, and one that nobody could enter is unknown', async () => {
  expect(await say(check, { edit: idle('tg-1') })).toEqual(['tg-1: not-applicable: no stream is open: the pod has no nsm interface'])
  expect(await say(check, { gone: ['tg-4'] })).toEqual([expect.stringMatching(/^tg-4: unknown: ip-links: no probe/)])
})
