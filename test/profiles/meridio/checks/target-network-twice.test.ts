import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-network-twice.ts'
import { say } from '../recorded-trench.ts'
import { idle } from './edits.ts'

test('a healthy target has one interface in each network', async () => {
  expect(await say(check)).toEqual([])
})

test('tg-1 is connected twice', async () => {
  expect(await say(check, { fault: 'f44-proxy-duplicate-bridge-ip' })).toEqual(['tg-1: nsm-0 and nsm-1 are in one network, 172.16.1.0/24'])
})

test('a target that has nothing open is not judged, and one that nobody could enter is unknown', async () => {
  expect(await say(check, { edit: idle('tg-1') })).toEqual(['tg-1: not-applicable: no stream is open: the pod has no nsm interface'])
  expect(await say(check, { gone: ['tg-4'] })).toEqual([expect.stringMatching(/^tg-4: unknown: ip-links: no probe/)])
})
