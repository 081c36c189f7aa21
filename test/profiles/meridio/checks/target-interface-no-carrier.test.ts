import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-interface-no-carrier.ts'
import { say } from '../recorded-trench.ts'
import { idle, noCarrier } from './edits.ts'

test('the interface of a healthy target has carrier', async () => {
  expect(await say(check)).toEqual([])
})

test('the far end of tg-3 is gone', async () => {
  expect(await say(check, { edit: noCarrier('tg-3', 'nsm-0') })).toEqual(['tg-3: nsm-0 has no carrier: its far end in the proxy is down or gone'])
})

test('an interface that is set down has none of its own making', async () => {
  expect(await say(check, { fault: 'f02-target-link-down' })).toEqual([])
})

test('an idle application is healthy', async () => {
  expect(await say(check, { edit: idle('tg-3') })).toEqual(['tg-3: not-applicable: no stream is open: the pod has no nsm interface'])
})

test('a target that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['tg-1'] })).toEqual(['tg-1: unknown: ip-links: no probe: ErrImageNeverPull; ip-addresses: no probe: ErrImageNeverPull'])
})
